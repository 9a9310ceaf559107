/** What channels ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { Channel, ChannelChange, ChannelIn, ChannelTest, Preset } from '@/api/types'

const CHANNELS_A_PAGE = 50
/** The server switches channels off and on by itself. */
const LOOK_AGAIN_MS = 30_000

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
  refetchInterval: LOOK_AGAIN_MS,
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

export async function changeChannel(id: string, wanted: ChannelChange): Promise<Channel> {
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

export async function cloneChannel(id: string): Promise<Channel> {
  const path = { channel_id: id }
  const copy = await unwrap(client.POST('/api/v1/gateway/channels/{channel_id}/clone', { params: { path } }))
  await changed()
  return copy
}

/** Put these first, in this order; read again even when it was refused, as others may have changed it. */
export async function orderChannels(channel_ids: string[]): Promise<void> {
  try {
    await unwrap(client.PUT('/api/v1/gateway/channels/order', { body: { channel_ids } }))
  } finally {
    await queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey })
  }
}

export async function addKey(id: string, api_key: string): Promise<Channel> {
  const path = { channel_id: id }
  const channel = await unwrap(
    client.POST('/api/v1/gateway/channels/{channel_id}/keys', { params: { path }, body: { api_key } }),
  )
  await changed()
  return channel
}

export async function removeKey(id: string, keyId: string): Promise<void> {
  const path = { channel_id: id, key_id: keyId }
  await unwrap(client.DELETE('/api/v1/gateway/channels/{channel_id}/keys/{key_id}', { params: { path } }))
  await changed()
}

export async function switchOnKey(id: string, keyId: string): Promise<void> {
  const path = { channel_id: id, key_id: keyId }
  await unwrap(client.POST('/api/v1/gateway/channels/{channel_id}/keys/{key_id}/on', { params: { path } }))
  await changed()
}

/** The server remembers what came of it. */
export async function testChannel(id: string): Promise<ChannelTest> {
  const path = { channel_id: id }
  const found = await unwrap(client.POST('/api/v1/gateway/channels/{channel_id}/test', { params: { path } }))
  await changed()
  return found
}

export function tryChannel(wanted: ChannelIn): Promise<ChannelTest> {
  return unwrap(client.POST('/api/v1/gateway/channels/test', { body: wanted }))
}

export async function fetchModels(wanted: ChannelIn): Promise<string[]> {
  return (await unwrap(client.POST('/api/v1/gateway/channels/fetch-models', { body: wanted }))).models
}

/** As it is stored, with its own key. */
export async function fetchModelsOf(id: string): Promise<string[]> {
  const path = { channel_id: id }
  return (await unwrap(client.POST('/api/v1/gateway/channels/{channel_id}/fetch-models', { params: { path } }))).models
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
    weight: 1,
    priority: 0,
  }
}
