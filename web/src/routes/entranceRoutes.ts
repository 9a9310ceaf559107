/** Addresses before signing in. */
import { createRoute, redirect } from '@tanstack/react-router'
import { queryClient } from '@/api/queryClient'
import { setupQuery } from '@/features/accounts/entering'
import { access } from './guards'
import { entrance, root } from './layouts'
import { page } from './page'

const signIn = createRoute({
  path: '/sign-in',
  getParentRoute: () => entrance,
  component: page(() => import('./pages/SignInPage'), 'SignInPage'),
  beforeLoad: async () => {
    const setup = await queryClient.ensureQueryData(setupQuery)
    if (setup.needs_admin) throw redirect({ to: '/welcome' })
  },
})

const register = createRoute({
  path: '/register',
  getParentRoute: () => entrance,
  component: page(() => import('./pages/RegisterPage'), 'RegisterPage'),
})

const welcome = createRoute({
  path: '/welcome',
  getParentRoute: () => entrance,
  component: page(() => import('./pages/WelcomePage'), 'WelcomePage'),
  beforeLoad: async () => {
    const setup = await queryClient.ensureQueryData(setupQuery)
    if (!setup.needs_admin) throw redirect({ to: '/sign-in' })
  },
})

const forgotten = createRoute({
  path: '/forgotten',
  getParentRoute: () => entrance,
  component: page(() => import('./pages/LinkPages'), 'ForgottenPage'),
})

export const entranceRoutes = entrance.addChildren([signIn, register, welcome, forgotten])

/** Links that were sent to somebody; they open whoever is signed in. */
const invitation = createRoute({
  path: '/invitation/$token',
  getParentRoute: () => root,
  beforeLoad: async () => void (await access()),
  component: page(() => import('./pages/LinkPages'), 'InvitationPage'),
})

const reset = createRoute({
  path: '/reset/$token',
  getParentRoute: () => root,
  component: page(() => import('./pages/LinkPages'), 'ResetPage'),
})

const shared = createRoute({
  path: '/share/$token',
  getParentRoute: () => root,
  component: page(() => import('./pages/SharedPage'), 'SharedPage', 'agents', 'sessions'),
})

export const linkRoutes = [invitation, reset, shared] as const
