/** What the audit log asks of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { type AuditFilters, asked } from './filters'

const ENTRIES_A_PAGE = 50

export function auditQuery(filters: AuditFilters, limit = ENTRIES_A_PAGE) {
  return infiniteQueryOptions({
    queryKey: ['audit', filters, limit],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      unwrap(
        client.GET('/api/v1/audit', {
          params: { query: { ...asked(filters), limit, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor,
  })
}

export const actionsQuery = queryOptions({
  queryKey: ['audit', 'actions'],
  queryFn: () => unwrap(client.GET('/api/v1/audit/actions')),
})

/** The same entries as a spreadsheet. */
export function downloadAudit(filters: AuditFilters): Promise<Blob> {
  return unwrap(
    client.GET('/api/v1/audit.csv', { params: { query: asked(filters) }, parseAs: 'blob' }),
  ) as unknown as Promise<Blob>
}
