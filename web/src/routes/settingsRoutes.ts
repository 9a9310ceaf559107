/** Addresses of one's own settings. */
import { createRoute, redirect } from '@tanstack/react-router'
import { reason, shell } from './layouts'
import { page } from './page'

const settings = createRoute({
  path: '/settings',
  getParentRoute: () => shell,
  component: page(() => import('./pages/SettingsPages'), 'SettingsLayout', 'settings', 'limits'),
})

const home = createRoute({
  path: '/',
  getParentRoute: () => settings,
  beforeLoad: () => {
    throw redirect({ to: '/settings/profile' })
  },
})

const profile = createRoute({
  path: 'profile',
  getParentRoute: () => settings,
  component: page(() => import('./pages/SettingsPages'), 'ProfilePage', 'settings'),
})

const security = createRoute({
  path: 'security',
  getParentRoute: () => settings,
  validateSearch: reason,
  component: page(() => import('./pages/SettingsPages'), 'SecurityPage', 'settings'),
})

const keys = createRoute({
  path: 'keys',
  getParentRoute: () => settings,
  component: page(() => import('./pages/SettingsPages'), 'KeysPage', 'settings'),
})

const key = createRoute({
  path: 'keys/$keyId',
  getParentRoute: () => settings,
  component: page(() => import('./pages/SettingsPages'), 'OneKeyPage', 'settings'),
})

const rules = createRoute({
  path: 'rules',
  getParentRoute: () => settings,
  component: page(() => import('./pages/RulesPage'), 'RulesPage', 'agents'),
})

const tools = createRoute({
  path: 'tools',
  getParentRoute: () => settings,
  component: page(() => import('@/features/mcp/ServersPage'), 'OwnServersPage', 'mcp'),
})

const appearance = createRoute({
  path: 'appearance',
  getParentRoute: () => settings,
  component: page(() => import('./pages/SettingsPages'), 'AppearancePage', 'settings'),
})

export const settingsRoutes = settings.addChildren([home, profile, security, keys, key, rules, tools, appearance])
