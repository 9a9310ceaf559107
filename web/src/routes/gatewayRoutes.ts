/** Addresses of the gateway's pages. */
import { createRoute, redirect } from '@tanstack/react-router'
import { auth } from '@/api/auth'
import { FILTERS as CALL_FILTERS } from '@/features/gateway/calls/filters'
import { searchOf } from '@/ui/useFilters'
import { shell } from './layouts'
import { page } from './page'

const gateway = createRoute({
  path: '/gateway',
  getParentRoute: () => shell,
  component: page(() => import('./pages/GatewayPages'), 'GatewayLayout', 'gateway'),
})

const home = createRoute({
  path: '/',
  getParentRoute: () => gateway,
  beforeLoad: () => {
    throw redirect({ to: auth.current?.user.role === 'admin' ? '/gateway/channels' : '/gateway/playground' })
  },
})

const channels = createRoute({
  path: 'channels',
  getParentRoute: () => gateway,
  component: page(() => import('./pages/GatewayPages'), 'ChannelsPage', 'gateway'),
})

const newChannel = createRoute({
  path: 'channels/new',
  getParentRoute: () => gateway,
  component: page(() => import('./pages/GatewayPages'), 'NewChannelPage', 'gateway'),
})

const channel = createRoute({
  path: 'channels/$channelId',
  getParentRoute: () => gateway,
  component: page(() => import('./pages/GatewayPages'), 'ChannelPage', 'gateway'),
})

const models = createRoute({
  path: 'models',
  getParentRoute: () => gateway,
  validateSearch: searchOf('search', 'show'),
  component: page(() => import('@/features/gateway/models/ModelsPage'), 'ModelsPage', 'models'),
})

const prices = createRoute({
  path: 'prices',
  getParentRoute: () => gateway,
  component: page(() => import('@/features/gateway/prices/PricesPage'), 'PricesPage', 'models'),
})

const calls = createRoute({
  path: 'calls',
  getParentRoute: () => gateway,
  validateSearch: searchOf(...CALL_FILTERS),
  component: page(() => import('./pages/CallPages'), 'CallsPage', 'calls', 'gateway'),
})

const call = createRoute({
  path: 'calls/$callId',
  getParentRoute: () => gateway,
  component: page(() => import('./pages/CallPages'), 'CallPage', 'calls'),
})

const statistics = createRoute({
  path: 'statistics',
  getParentRoute: () => gateway,
  validateSearch: searchOf('range', 'since', 'until', 'view', 'by', 'sort', 'model', 'channel', 'user', 'key'),
  component: page(() => import('./pages/StatisticsPages'), 'StatisticsForUser', 'statistics'),
})

const playground = createRoute({
  path: 'playground',
  getParentRoute: () => gateway,
  component: page(() => import('./pages/PlaygroundPage'), 'PlaygroundPage', 'playground'),
})

export const gatewayRoutes = gateway.addChildren([
  home,
  channels,
  newChannel,
  channel,
  models,
  prices,
  calls,
  call,
  statistics,
  playground,
])
