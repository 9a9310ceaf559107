/** Addresses before signing in. */
import { createRoute, redirect } from '@tanstack/react-router'
import { queryClient } from '@/api/queryClient'
import { setupQuery } from '@/features/accounts/queries'
import { entrance } from './layouts'
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

export const entranceRoutes = entrance.addChildren([signIn, register, welcome])
