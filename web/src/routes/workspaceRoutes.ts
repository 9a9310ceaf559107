/** Addresses of workspaces. */
import { createRoute } from '@tanstack/react-router'
import { searchOf } from '@/ui/useFilters'
import { shell } from './layouts'
import { page } from './page'

const workspaces = createRoute({
  path: '/workspaces',
  getParentRoute: () => shell,
  component: page(() => import('./pages/WorkspacePages'), 'WorkspacesPage', 'workspaces'),
})

const workspace = createRoute({
  path: '/workspaces/$workspaceId',
  getParentRoute: () => shell,
  validateSearch: searchOf('file', 'line', 'view', 'panel'),
  component: page(() => import('./pages/WorkspacePages'), 'WorkspacePage', 'workspaces'),
})

export const workspaceRoutes = [workspaces, workspace] as const
