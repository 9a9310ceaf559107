/** Every address of the app. Pages are fetched when they are first opened. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { queryClient } from '@/api/queryClient'
import { setupQuery } from '@/features/accounts/queries'
import { Crashed } from './Crashed'
import { access } from './guards'

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: lazyRouteComponent(() => import('./Fallbacks'), 'NotFound'),
  errorComponent: Crashed,
})

/** Pages for people who are not signed in. */
const entrance = createRoute({
  id: 'entrance',
  getParentRoute: () => root,
  validateSearch: (search): { next?: string } => (typeof search.next === 'string' ? { next: search.next } : {}),
  beforeLoad: async ({ search }) => {
    if (await access()) throw redirect({ href: safeNext(search.next) })
  },
})

const signIn = createRoute({
  path: '/sign-in',
  getParentRoute: () => entrance,
  component: lazyRouteComponent(() => import('./pages/SignInPage'), 'SignInPage'),
  beforeLoad: async () => {
    const setup = await queryClient.ensureQueryData(setupQuery)
    if (setup.needs_admin) throw redirect({ to: '/welcome' })
  },
})

const register = createRoute({
  path: '/register',
  getParentRoute: () => entrance,
  component: lazyRouteComponent(() => import('./pages/RegisterPage'), 'RegisterPage'),
})

const welcome = createRoute({
  path: '/welcome',
  getParentRoute: () => entrance,
  component: lazyRouteComponent(() => import('./pages/WelcomePage'), 'WelcomePage'),
  beforeLoad: async () => {
    const setup = await queryClient.ensureQueryData(setupQuery)
    if (!setup.needs_admin) throw redirect({ to: '/sign-in' })
  },
})

/** Pages for people who are. */
const members = createRoute({
  id: 'members',
  getParentRoute: () => root,
  beforeLoad: async ({ location }) => {
    const signedIn = await access()
    if (signedIn) return
    const setup = await queryClient.ensureQueryData(setupQuery)
    if (setup.needs_admin) throw redirect({ to: '/welcome' })
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
  },
})

const connect = createRoute({
  path: '/welcome/model',
  getParentRoute: () => members,
  component: lazyRouteComponent(() => import('./pages/ConnectPage'), 'ConnectPage'),
})

const shell = createRoute({
  id: 'shell',
  getParentRoute: () => members,
  component: lazyRouteComponent(() => import('./shell/AppShell'), 'AppShell'),
})

const home = createRoute({
  path: '/',
  getParentRoute: () => shell,
  beforeLoad: () => {
    throw redirect({ to: '/chat' })
  },
})

const chat = createRoute({
  path: '/chat',
  getParentRoute: () => shell,
  component: lazyRouteComponent(() => import('./pages/ChatPages'), 'ChatLayout'),
})

const newChat = createRoute({
  path: '/',
  getParentRoute: () => chat,
  component: lazyRouteComponent(() => import('./pages/ChatPages'), 'NewChatPage'),
})

const temporaryChat = createRoute({
  path: 'temporary',
  getParentRoute: () => chat,
  component: lazyRouteComponent(() => import('./pages/ChatPages'), 'TemporaryChatPage'),
})

const session = createRoute({
  path: '$sessionId',
  getParentRoute: () => chat,
  component: lazyRouteComponent(() => import('./pages/ChatPages'), 'SessionPage'),
})

const gateway = createRoute({
  path: '/gateway',
  getParentRoute: () => shell,
  component: lazyRouteComponent(() => import('./pages/GatewayPages'), 'GatewayLayout'),
})

const gatewayHome = createRoute({
  path: '/',
  getParentRoute: () => gateway,
  beforeLoad: () => {
    throw redirect({ to: '/gateway/channels' })
  },
})

const channels = createRoute({
  path: 'channels',
  getParentRoute: () => gateway,
  component: lazyRouteComponent(() => import('./pages/GatewayPages'), 'ChannelsPage'),
})

const newChannel = createRoute({
  path: 'channels/new',
  getParentRoute: () => gateway,
  component: lazyRouteComponent(() => import('./pages/GatewayPages'), 'NewChannelPage'),
})

const channel = createRoute({
  path: 'channels/$channelId',
  getParentRoute: () => gateway,
  component: lazyRouteComponent(() => import('./pages/GatewayPages'), 'ChannelPage'),
})

const settings = createRoute({
  path: '/settings',
  getParentRoute: () => shell,
  component: lazyRouteComponent(() => import('./pages/SettingsPages'), 'SettingsLayout'),
})

const settingsHome = createRoute({
  path: '/',
  getParentRoute: () => settings,
  beforeLoad: () => {
    throw redirect({ to: '/settings/profile' })
  },
})

const profile = createRoute({
  path: 'profile',
  getParentRoute: () => settings,
  component: lazyRouteComponent(() => import('./pages/SettingsPages'), 'ProfilePage'),
})

const keys = createRoute({
  path: 'keys',
  getParentRoute: () => settings,
  component: lazyRouteComponent(() => import('./pages/SettingsPages'), 'KeysPage'),
})

const appearance = createRoute({
  path: 'appearance',
  getParentRoute: () => settings,
  component: lazyRouteComponent(() => import('./pages/SettingsPages'), 'AppearancePage'),
})

const tree = root.addChildren([
  entrance.addChildren([signIn, register, welcome]),
  members.addChildren([
    connect,
    shell.addChildren([
      home,
      chat.addChildren([newChat, temporaryChat, session]),
      gateway.addChildren([gatewayHome, channels, newChannel, channel]),
      settings.addChildren([settingsHome, profile, keys, appearance]),
    ]),
  ]),
])

export const router = createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: false })

/** Where to go after signing in: only ever a page of ours. */
export function safeNext(next: string | undefined): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.includes('\\') ? next : '/chat'
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
