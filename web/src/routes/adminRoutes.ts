/** Addresses of the admin section. */
import { createRoute, redirect } from '@tanstack/react-router'
import { onlyFilters } from '@/ui/useFilters'
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

const audit = createRoute({
  path: 'audit',
  getParentRoute: () => admin,
  validateSearch: onlyFilters('actor', 'action', 'target', 'since', 'until'),
  component: page(() => import('@/features/accounts/audit/AuditPage'), 'AuditPage', 'admin'),
})

const ipRules = createRoute({
  path: 'ip-rules',
  getParentRoute: () => admin,
  component: page(() => import('@/features/accounts/ipRules/IpRulesPage'), 'IpRulesPage', 'admin'),
})

export const adminRoutes = admin.addChildren([home, audit, ipRules, configuration, document])
