/** Addresses of the admin section. */
import { createRoute, redirect } from '@tanstack/react-router'
import { shell } from './layouts'
import { page } from './page'

const admin = createRoute({
  path: '/admin',
  getParentRoute: () => shell,
  component: page(() => import('./pages/AdminLayout'), 'AdminLayout', 'admin'),
})

const home = createRoute({
  path: '/',
  getParentRoute: () => admin,
  beforeLoad: () => {
    throw redirect({ to: '/admin/configuration' })
  },
})

const configuration = createRoute({
  path: 'configuration',
  getParentRoute: () => admin,
  component: page(() => import('@/features/accounts/configuration/DocumentList'), 'DocumentList', 'admin'),
})

const document = createRoute({
  path: 'configuration/$name',
  getParentRoute: () => admin,
  component: page(() => import('@/features/accounts/configuration/DocumentPage'), 'DocumentPage', 'admin'),
})

export const adminRoutes = admin.addChildren([home, configuration, document])
