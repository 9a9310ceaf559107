/** Every address of the app. Pages are fetched when they are first opened. */
import { createRoute, createRouter, redirect } from '@tanstack/react-router'
import { searchOf } from '@/ui/useFilters'
import { adminRoutes } from './adminRoutes'
import { entranceRoutes, linkRoutes } from './entranceRoutes'
import { gatewayRoutes } from './gatewayRoutes'
import { members, root, shell } from './layouts'
import { page } from './page'
import { settingsRoutes } from './settingsRoutes'
import { workspaceRoutes } from './workspaceRoutes'

const connect = createRoute({
  path: '/welcome/model',
  getParentRoute: () => members,
  component: page(() => import('./pages/ConnectPage'), 'ConnectPage', 'gateway'),
})

const home = createRoute({
  path: '/',
  getParentRoute: () => shell,
  beforeLoad: () => {
    throw redirect({ to: '/chat' })
  },
})

const toPrompts = createRoute({
  path: '/prompts',
  getParentRoute: () => shell,
  beforeLoad: () => {
    throw redirect({ to: '/chat/prompts' })
  },
})

const chat = createRoute({
  path: '/chat',
  getParentRoute: () => shell,
  component: page(() => import('./pages/ChatPages'), 'ChatLayout', 'agents'),
})

const newChat = createRoute({
  path: '/',
  getParentRoute: () => chat,
  component: page(() => import('./pages/ChatPages'), 'NewChatPage'),
})

const temporaryChat = createRoute({
  path: 'temporary',
  getParentRoute: () => chat,
  component: page(() => import('./pages/TemporaryChatPage'), 'TemporaryChatPage'),
})

const permissions = createRoute({
  path: 'permissions',
  getParentRoute: () => chat,
  component: page(() => import('./pages/PermissionsPage'), 'PermissionsPage', 'agents'),
})

const prompts = createRoute({
  path: 'prompts',
  getParentRoute: () => chat,
  validateSearch: searchOf('q', 'tag', 'whose'),
  component: page(() => import('./pages/PromptsPage'), 'PromptsPage', 'prompts'),
})

const archive = createRoute({
  path: 'archive',
  getParentRoute: () => chat,
  component: page(() => import('./pages/ArchivePage'), 'ArchivePage', 'sessions'),
})

const search = createRoute({
  path: 'search',
  getParentRoute: () => chat,
  validateSearch: searchOf('q'),
  component: page(() => import('./pages/ChatSearchPage'), 'ChatSearchPage', 'search'),
})

const session = createRoute({
  path: '$sessionId',
  getParentRoute: () => chat,
  validateSearch: searchOf('message'),
  component: page(() => import('./pages/ChatPages'), 'SessionPage'),
})

const chatRoutes = chat.addChildren([newChat, temporaryChat, permissions, prompts, archive, search, session])

const tree = root.addChildren([
  entranceRoutes,
  ...linkRoutes,
  members.addChildren([
    connect,
    shell.addChildren([home, toPrompts, chatRoutes, ...workspaceRoutes, gatewayRoutes, adminRoutes, settingsRoutes]),
  ]),
])

export const router = createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: false })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
