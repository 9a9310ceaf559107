/** What the log of calls asks of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { CallBodies, CallPage } from '@/api/types'
import { asked, type CallFilters } from './filters'
import { anchorOf, freshIn, isLong, joined } from './live'

const CALLS_A_PAGE = 50
const CALLS_AT_ONCE = 200
const FOLLOW_MS = 1000

export function callsQuery(filters: CallFilters) {
  return infiniteQueryOptions({
    queryKey: ['calls', filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => fetchPage(filters, { limit: CALLS_A_PAGE, ...(pageParam && { cursor: pageParam }) }),
    getNextPageParam: (last) => last.next_cursor,
    retry: false,
  })
}

/** Asks again and again for what has come, puts it into the list, and tells which calls those were. */
export function tailQuery(filters: CallFilters, following: boolean) {
  return queryOptions({
    queryKey: ['calls', 'tail', filters],
    queryFn: async () => {
      const key = callsQuery(filters).queryKey
      const before = queryClient.getQueryData(key)
      const after = isLong(before) ? undefined : anchorOf(before)
      const tail = await fetchPage(filters, after ? { limit: CALLS_AT_ONCE, after } : { limit: CALLS_A_PAGE })
      const fresh = freshIn(before, tail)
      queryClient.setQueryData(key, (data) => joined(after ? data : undefined, tail))
      return { fresh }
    },
    enabled: following,
    refetchInterval: FOLLOW_MS,
    networkMode: 'always', // what cannot be asked has to fail, so that the page can say so
    retry: false,
    staleTime: 0,
    gcTime: 0,
  })
}

export function callQuery(id: string) {
  return queryOptions({
    queryKey: ['calls', 'one', id],
    queryFn: () => unwrap(client.GET('/api/v1/gateway/calls/{call_id}', { params: { path: { call_id: id } } })),
  })
}

/** What was said in a call; the audit log keeps that somebody looked. */
export function fetchBodies(id: string): Promise<CallBodies> {
  return unwrap(client.GET('/api/v1/gateway/calls/{call_id}/bodies', { params: { path: { call_id: id } } }))
}

/** The same calls as a spreadsheet, with the mark by which Excel knows their encoding. */
export function downloadCalls(filters: CallFilters): Promise<Blob> {
  const query = { ...asked(filters), bom: true }
  const file = unwrap(client.GET('/api/v1/gateway/calls.csv', { params: { query }, parseAs: 'blob' }))
  return file as unknown as Promise<Blob>
}

function fetchPage(filters: CallFilters, more: { limit: number; cursor?: string; after?: string }): Promise<CallPage> {
  return unwrap(client.GET('/api/v1/gateway/calls', { params: { query: { ...asked(filters), ...more } } }))
}
