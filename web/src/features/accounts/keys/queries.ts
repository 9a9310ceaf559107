/** What API keys ask of the server. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { ApiKey, ApiKeyChange, ApiKeyIn, NewApiKey } from '@/api/types'
import { quotasKey } from '../limits/queries'

const KEYS_A_PAGE = 100

export const keysQuery = infiniteQueryOptions({
  queryKey: ['keys'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam }) =>
    unwrap(
      client.GET('/api/v1/keys', {
        params: { query: { limit: KEYS_A_PAGE, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: (last) => last.next_cursor,
})

async function changed<T>(answer: T): Promise<T> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: keysQuery.queryKey }),
    queryClient.invalidateQueries({ queryKey: quotasKey }),
  ])
  return answer
}

export async function createKey(wanted: ApiKeyIn): Promise<NewApiKey> {
  return changed(await unwrap(client.POST('/api/v1/keys', { body: wanted })))
}

export async function changeKey(id: string, wanted: ApiKeyChange): Promise<ApiKey> {
  const path = { key_id: id }
  return changed(await unwrap(client.PATCH('/api/v1/keys/{key_id}', { params: { path }, body: wanted })))
}

/** A new secret; the old one works for the seconds of grace. */
export async function rotateKey(id: string, graceSeconds: number): Promise<NewApiKey> {
  const path = { key_id: id }
  const body = { grace_seconds: graceSeconds }
  return changed(await unwrap(client.POST('/api/v1/keys/{key_id}/rotate', { params: { path }, body })))
}

export async function revokeKey(id: string): Promise<void> {
  await changed(await unwrap(client.DELETE('/api/v1/keys/{key_id}', { params: { path: { key_id: id } } })))
}
