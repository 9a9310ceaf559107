/** Addresses of the gateway's pages. */
import { createRoute, redirect } from '@tanstack/react-router'
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
    throw redirect({ to: '/gateway/channels' })
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

export const gatewayRoutes = gateway.addChildren([home, channels, newChannel, channel, models, prices])
