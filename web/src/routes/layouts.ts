/** What addresses hang on: pages before signing in, pages after it, the shell around most of those. */
import { createRootRoute, createRoute, Outlet, redirect } from '@tanstack/react-router'
import { queryClient } from '@/api/queryClient'
import { setupQuery } from '@/features/accounts/entering'
import { Crashed } from './Crashed'
import { access, safeNext } from './guards'
import { page } from './page'

export const root = createRootRoute({
  component: Outlet,
  notFoundComponent: page(() => import('./Fallbacks'), 'NotFound'),
  errorComponent: Crashed,
})

/** A provider that did not let somebody in sends them back with the reason. */
export function reason(search: Record<string, unknown>): { error?: string } {
  return typeof search.error === 'string' ? { error: search.error } : {}
}

/** Pages for people who are not signed in. */
export const entrance = createRoute({
  id: 'entrance',
  getParentRoute: () => root,
  validateSearch: (search): { next?: string; error?: string } => ({
    ...reason(search),
    ...(typeof search.next === 'string' && { next: search.next }),
  }),
  beforeLoad: async ({ search }) => {
    if (!(await access())) return
    if (search.error) throw redirect({ to: '/settings/security', search: { error: search.error } })
    throw redirect({ href: safeNext(search.next) })
  },
})

/** Pages for people who are. */
export const members = createRoute({
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

export const shell = createRoute({
  id: 'shell',
  getParentRoute: () => members,
  component: page(() => import('./shell/AppShell'), 'AppShell'),
  notFoundComponent: page(() => import('./Fallbacks'), 'NotFound'),
})
