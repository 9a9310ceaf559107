/** Links to copies of sessions: their owner's, and what one leads to. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { NewShare, Share } from '@/api/types'

const MOST_SHARES = 50
const MESSAGES_A_PAGE = 100

export function sharesQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['chat', 'shares', sessionId],
    queryFn: async () => {
      const params = { path: { session_id: sessionId }, query: { limit: MOST_SHARES } }
      return (await unwrap(client.GET('/api/v1/chat/sessions/{session_id}/shares', { params }))).items
    },
  })
}

export async function readSharesAgain(sessionId: string): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: sharesQuery(sessionId).queryKey })
}

export interface ShareWish {
  expires_at: string | null
  with_details: boolean
}

export async function createShare(sessionId: string, body: ShareWish): Promise<NewShare> {
  const params = { path: { session_id: sessionId } }
  const made = await unwrap(client.POST('/api/v1/chat/sessions/{session_id}/shares', { params, body }))
  await readSharesAgain(sessionId)
  return made
}

export async function refreshShare(share: Share): Promise<void> {
  const params = { path: { share_id: share.id } }
  await unwrap(client.POST('/api/v1/chat/shares/{share_id}/refresh', { params }))
  await readSharesAgain(share.session_id)
}

export async function revokeShare(share: Share): Promise<void> {
  const params = { path: { share_id: share.id } }
  await unwrap(client.DELETE('/api/v1/chat/shares/{share_id}', { params }))
  await readSharesAgain(share.session_id)
}

export function sharedQuery(token: string) {
  return queryOptions({
    queryKey: ['shared', token],
    queryFn: () => unwrap(client.GET('/api/v1/shares/{token}', { params: { path: { token } } })),
    retry: false,
  })
}

export function sharedMessagesQuery(token: string) {
  return infiniteQueryOptions({
    queryKey: ['shared', token, 'messages'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = { limit: MESSAGES_A_PAGE, ...(pageParam && { cursor: pageParam }) }
      return unwrap(client.GET('/api/v1/shares/{token}/messages', { params: { path: { token }, query } }))
    },
    getNextPageParam: (last) => last.next_cursor,
  })
}
