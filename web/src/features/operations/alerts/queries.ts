/** What alerts ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type {
  Alert,
  AlertChannel,
  AlertChannelChange,
  AlertChannelIn,
  AlertRule,
  AlertRuleIn,
  AlertTest,
} from '@/api/types'

export const alertsKey = ['operations', 'alerts']
const PATH = '/api/v1/operations/alerts'
const ALERTS_A_PAGE = 50
/** Events bring changes at once; this is for values that go on changing. */
const EVERY_MS = 10_000

export function alertsQuery(state: 'open' | 'resolved') {
  return infiniteQueryOptions({
    queryKey: [...alertsKey, 'list', state],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      unwrap(
        client.GET(PATH, {
          params: { query: { state, limit: ALERTS_A_PAGE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: EVERY_MS,
  })
}

/** What was sent about an alert, newest first. */
export function messagesQuery(alertId: string) {
  return infiniteQueryOptions({
    queryKey: [...alertsKey, 'messages', alertId],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      unwrap(
        client.GET(`${PATH}/deliveries`, {
          params: { query: { alert_id: alertId, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: EVERY_MS,
  })
}

export const rulesQuery = queryOptions({
  queryKey: [...alertsKey, 'rules'],
  queryFn: () => unwrap(client.GET(`${PATH}/rules`)),
})

export const channelsQuery = queryOptions({
  queryKey: [...alertsKey, 'channels'],
  queryFn: () => unwrap(client.GET(`${PATH}/channels`)),
})

export const metricsQuery = queryOptions({
  queryKey: [...alertsKey, 'metrics'],
  queryFn: () => unwrap(client.GET(`${PATH}/metrics`)),
})

async function changed(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: alertsKey })
}

export async function acknowledge(id: string): Promise<Alert> {
  const alert = await unwrap(client.POST(`${PATH}/{alert_id}/acknowledge`, { params: { path: { alert_id: id } } }))
  await changed()
  return alert
}

export async function createRule(wanted: AlertRuleIn): Promise<AlertRule> {
  const rule = await unwrap(client.POST(`${PATH}/rules`, { body: wanted }))
  await changed()
  return rule
}

export async function changeRule(id: string, wanted: Partial<AlertRuleIn>): Promise<AlertRule> {
  const params = { path: { rule_id: id } }
  const rule = await unwrap(client.PATCH(`${PATH}/rules/{rule_id}`, { params, body: wanted }))
  await changed()
  return rule
}

export async function deleteRule(id: string): Promise<void> {
  await unwrap(client.DELETE(`${PATH}/rules/{rule_id}`, { params: { path: { rule_id: id } } }))
  await changed()
}

/** Tell nobody until then; null ends the silence. */
export async function silenceRule(id: string, until: string | null): Promise<AlertRule> {
  const params = { path: { rule_id: id } }
  const rule = await unwrap(client.POST(`${PATH}/rules/{rule_id}/silence`, { params, body: { until } }))
  await changed()
  return rule
}

export async function createChannel(wanted: AlertChannelIn): Promise<AlertChannel> {
  const channel = await unwrap(client.POST(`${PATH}/channels`, { body: wanted }))
  await changed()
  return channel
}

export async function changeChannel(id: string, wanted: AlertChannelChange): Promise<AlertChannel> {
  const params = { path: { channel_id: id } }
  const channel = await unwrap(client.PATCH(`${PATH}/channels/{channel_id}`, { params, body: wanted }))
  await changed()
  return channel
}

export async function deleteChannel(id: string): Promise<void> {
  await unwrap(client.DELETE(`${PATH}/channels/{channel_id}`, { params: { path: { channel_id: id } } }))
  await changed()
}

export function testChannel(id: string): Promise<AlertTest> {
  return unwrap(client.POST(`${PATH}/channels/{channel_id}/test`, { params: { path: { channel_id: id } } }))
}

/** A test message before the channel is kept. */
export function tryChannel(wanted: AlertChannelIn): Promise<AlertTest> {
  return unwrap(client.POST(`${PATH}/channels/test`, { body: wanted }))
}
