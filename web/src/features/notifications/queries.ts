/** What the notifications centre asks of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { NoticePages } from './notices'

const A_PAGE = 30

export const noticesQuery = infiniteQueryOptions({
  queryKey: ['notifications', 'list'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam }) =>
    unwrap(
      client.GET('/api/v1/notifications', {
        params: { query: { limit: A_PAGE, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: (last) => last.next_cursor,
})

/** How many wait to be read; told by the stream, asked only when that cannot be had. */
export const unreadQuery = queryOptions({
  queryKey: ['notifications', 'unread'],
  queryFn: async () => {
    const page = await unwrap(client.GET('/api/v1/notifications', { params: { query: { limit: 1, unread: true } } }))
    return page.unread
  },
  staleTime: Number.POSITIVE_INFINITY,
})

export function showUnread(unread: number | null): void {
  if (unread !== null) queryClient.setQueryData(unreadQuery.queryKey, unread)
}

export function changeNotices(change: (list: NoticePages) => NoticePages): void {
  queryClient.setQueryData(noticesQuery.queryKey, (list) => list && change(list))
}

/** Some by their ids, or all. */
export async function markRead(ids: string[] | null): Promise<void> {
  const body = ids === null ? { all: true } : { ids, all: false }
  showUnread((await unwrap(client.POST('/api/v1/notifications/read', { body }))).unread)
}

export async function removeNotice(id: string): Promise<void> {
  const path = { notification_id: id }
  await unwrap(client.DELETE('/api/v1/notifications/{notification_id}', { params: { path } }))
}
