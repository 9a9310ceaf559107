/** What channels ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { Channel, ChannelIn, ChannelTest, Preset } from '@/api/types'

const CHANNELS_A_PAGE = 50

export const presetsQuery = queryOptions({
  queryKey: ['gateway', 'presets'],
  queryFn: () => unwrap(client.GET('/api/v1/gateway/presets')),
  staleTime: Number.POSITIVE_INFINITY,
})

export const channelsQuery = infiniteQueryOptions({
  queryKey: ['gateway', 'channels'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam }) =>
    unwrap(
      client.GET('/api/v1/gateway/channels', {
        params: { query: { limit: CHANNELS_A_PAGE, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: (last) => last.next_cursor,
})

export function channelQuery(id: string) {
  return queryOptions({
    queryKey: ['gateway', 'channel', id],
    queryFn: () =>
      unwrap(client.GET('/api/v1/gateway/channels/{channel_id}', { params: { path: { channel_id: id } } })),
  })
}

/** Channels decide which models there are, so both are read again. */
async function changed(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['gateway'] })
}

export async function createChannel(wanted: ChannelIn): Promise<Channel> {
  const channel = await unwrap(client.POST('/api/v1/gateway/channels', { body: wanted }))
  await changed()
  return channel
}

export async function changeChannel(id: string, wanted: Partial<ChannelIn>): Promise<Channel> {
  const path = { channel_id: id }
  const channel = await unwrap(
    client.PATCH('/api/v1/gateway/channels/{channel_id}', { params: { path }, body: wanted }),
  )
  await changed()
  return channel
}

export async function deleteChannel(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/gateway/channels/{channel_id}', { params: { path: { channel_id: id } } }))
  await changed()
}

export function testChannel(id: string): Promise<ChannelTest> {
  const path = { channel_id: id }
  return unwrap(client.POST('/api/v1/gateway/channels/{channel_id}/test', { params: { path } }))
}

export function tryChannel(wanted: ChannelIn): Promise<ChannelTest> {
  return unwrap(client.POST('/api/v1/gateway/channels/test', { body: wanted }))
}

export async function fetchModels(wanted: Omit<ChannelIn, 'models'>): Promise<string[]> {
  return (await unwrap(client.POST('/api/v1/gateway/channels/fetch-models', { body: wanted }))).models
}

/** The labelled simulator as a channel, so that everything can be tried without an account anywhere. */
export function simulatorChannel(presets: Preset[]): ChannelIn | null {
  const preset = presets.find((one) => one.simulated)
  if (!preset) return null
  return {
    name: preset.name,
    kind: preset.kind,
    models: preset.models.map((name) => ({ name })),
    private: false,
    enabled: true,
  }
}
