/** Searching a workspace; an answer that nobody waits for any more is cancelled. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'

const MOST = 200

export interface Wanted {
  query: string
  isRegex: boolean
  isCaseSensitive: boolean
  glob: string
}

export function matchesQuery(id: string, { query, isRegex, isCaseSensitive, glob }: Wanted) {
  return queryOptions({
    queryKey: ['workspaces', id, 'matches', query, isRegex, isCaseSensitive, glob],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/workspaces/{workspace_id}/search', {
          params: {
            path: { workspace_id: id },
            query: { query, regex: isRegex, case_sensitive: isCaseSensitive, glob, limit: MOST },
          },
          signal,
        }),
      ),
    enabled: query !== '',
    placeholderData: keepPreviousData,
  })
}

export function namesQuery(id: string, query: string) {
  return queryOptions({
    queryKey: ['workspaces', id, 'names', query],
    queryFn: ({ signal }) =>
      unwrap(
        client.GET('/api/v1/workspaces/{workspace_id}/names', {
          params: { path: { workspace_id: id }, query: { query, limit: MOST } },
          signal,
        }),
      ),
    enabled: query !== '',
    placeholderData: keepPreviousData,
  })
}
