/** Addresses of the admin section. */
import { createRoute, redirect } from '@tanstack/react-router'
import { searchOf } from '@/ui/useFilters'
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
    throw redirect({ to: '/admin/dashboard' })
  },
})

const configuration = createRoute({
  path: 'configuration',
  getParentRoute: () => admin,
  component: page(() => import('@/features/accounts/configuration/DocumentList'), 'DocumentList', 'admin'),
})

const tools = createRoute({
  path: 'tools',
  getParentRoute: () => admin,
  component: page(() => import('@/features/mcp/ServersPage'), 'HallServersPage', 'mcp'),
})

const document = createRoute({
  path: 'configuration/$name',
  getParentRoute: () => admin,
  component: page(() => import('@/features/accounts/configuration/DocumentPage'), 'DocumentPage', 'admin'),
})

const users = createRoute({
  path: 'users',
  getParentRoute: () => admin,
  validateSearch: searchOf('search', 'role', 'state'),
  component: page(() => import('./pages/UsersPage'), 'UsersPage', 'admin', 'people'),
})

const person = createRoute({
  path: 'users/$userId',
  getParentRoute: () => admin,
  component: page(() => import('./pages/PersonPage'), 'PersonPage', 'admin', 'people', 'settings', 'limits'),
})

const audit = createRoute({
  path: 'audit',
  getParentRoute: () => admin,
  validateSearch: searchOf('actor', 'action', 'target', 'since', 'until'),
  component: page(() => import('@/features/accounts/audit/AuditPage'), 'AuditPage', 'admin'),
})

const ipRules = createRoute({
  path: 'ip-rules',
  getParentRoute: () => admin,
  component: page(() => import('@/features/accounts/ipRules/IpRulesPage'), 'IpRulesPage', 'admin'),
})

const alerts = createRoute({
  path: 'alerts',
  getParentRoute: () => admin,
  component: page(() => import('@/features/operations/alerts/AlertsPage'), 'AlertsPage', 'admin'),
})

const alertHistory = createRoute({
  path: 'alerts/history',
  getParentRoute: () => admin,
  component: page(() => import('@/features/operations/alerts/AlertsPage'), 'AlertHistoryPage', 'admin'),
})

const alertRules = createRoute({
  path: 'alerts/rules',
  getParentRoute: () => admin,
  component: page(() => import('@/features/operations/alerts/RulesPage'), 'RulesPage', 'admin'),
})

const alertChannels = createRoute({
  path: 'alerts/channels',
  getParentRoute: () => admin,
  component: page(() => import('@/features/operations/alerts/ChannelsPage'), 'ChannelsPage', 'admin'),
})

const dashboard = createRoute({
  path: 'dashboard',
  getParentRoute: () => admin,
  validateSearch: searchOf('days'),
  component: page(() => import('@/features/operations/dashboard/DashboardPage'), 'DashboardPage', 'admin'),
})

const jobs = createRoute({
  path: 'jobs',
  getParentRoute: () => admin,
  validateSearch: searchOf('state', 'name', 'queue', 'schedule'),
  component: page(() => import('@/features/operations/jobs/JobsPage'), 'JobsPage', 'admin'),
})

const schedules = createRoute({
  path: 'jobs/schedules',
  getParentRoute: () => admin,
  component: page(() => import('@/features/operations/jobs/SchedulesPage'), 'SchedulesPage', 'admin'),
})

const job = createRoute({
  path: 'jobs/$jobId',
  getParentRoute: () => admin,
  component: page(() => import('@/features/operations/jobs/JobPage'), 'JobPage', 'admin'),
})

const system = createRoute({
  path: 'system',
  getParentRoute: () => admin,
  component: page(() => import('@/features/operations/system/SystemPage'), 'SystemPage', 'admin'),
})

const retention = createRoute({
  path: 'retention',
  getParentRoute: () => admin,
  component: page(() => import('@/features/operations/retention/RetentionPage'), 'RetentionPage', 'admin'),
})

export const adminRoutes = admin.addChildren([
  home,
  alerts,
  alertHistory,
  alertRules,
  alertChannels,
  users,
  person,
  audit,
  ipRules,
  configuration,
  document,
  dashboard,
  jobs,
  schedules,
  job,
  system,
  retention,
  tools,
])
