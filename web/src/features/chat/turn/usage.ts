/** What answers use, asked of the server and put in words. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { Message } from '@/api/types'

export type Usage = NonNullable<Message['usage']>

/** What a session has used; `stamp` changes when there is more of it. */
export function usageQuery(sessionId: string, stamp: string) {
  return queryOptions({
    queryKey: ['chat', 'usage', sessionId, stamp],
    queryFn: () =>
      unwrap(client.GET('/api/v1/chat/sessions/{session_id}/usage', { params: { path: { session_id: sessionId } } })),
    placeholderData: (before) => before,
  })
}

/** What is known of a cost: an amount, at least an amount, or nothing. */
export function costKind(used: { cost_nano: number | null; unpriced_calls: number | null }) {
  if (used.cost_nano === null) return 'unknown' as const
  return used.unpriced_calls ? ('atLeast' as const) : ('known' as const)
}
