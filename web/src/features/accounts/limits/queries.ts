/** What quotas ask of the server. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'

const KEY = ['gateway', 'quotas']
const AGAIN_MS = 10_000

/** Quotas of an account and of its keys, and what has been used of them; one's own without an id. */
export function quotasQuery(userId: string | null = null) {
  return queryOptions({
    queryKey: [...KEY, userId],
    queryFn: () =>
      unwrap(client.GET('/api/v1/gateway/quotas', { params: { query: { ...(userId && { user_id: userId }) } } })),
    refetchInterval: AGAIN_MS,
  })
}

export const quotasKey = KEY
