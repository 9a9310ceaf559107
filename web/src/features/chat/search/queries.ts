/** What was said, found by its words. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'

const FOUND_A_PAGE = 20

export function foundQuery(words: string) {
  return infiniteQueryOptions({
    queryKey: ['chat', 'search', words],
    enabled: words !== '',
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      unwrap(
        client.GET('/api/v1/chat/search', {
          params: { query: { q: words, limit: FOUND_A_PAGE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  })
}

/** Sessions with these words in their titles. */
export function titlesQuery(words: string) {
  return queryOptions({
    queryKey: ['chat', 'search-titles', words],
    enabled: words !== '',
    queryFn: () => unwrap(client.GET('/api/v1/chat/search/titles', { params: { query: { q: words } } })),
    placeholderData: keepPreviousData,
  })
}
