/** What statistics ask of the server, anew each minute while they are looked at. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { asked, type Kind, type Sort, type Wanted } from './filters'

const EVERY_MS = 60_000

const now = (wanted: Wanted) => asked(wanted, new Date(), Intl.DateTimeFormat().resolvedOptions().timeZone)

export function statisticsQuery(wanted: Wanted) {
  return queryOptions({
    queryKey: ['gateway', 'statistics', wanted],
    queryFn: () => unwrap(client.GET('/api/v1/gateway/statistics', { params: { query: now(wanted) } })),
    refetchInterval: EVERY_MS,
    placeholderData: (before) => before,
  })
}

export function breakdownQuery(by: Kind, wanted: Wanted, sort: Sort, limit: number) {
  return queryOptions({
    queryKey: ['gateway', 'statistics', by, wanted, sort, limit],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/gateway/statistics/{by}', {
          params: { path: { by }, query: { ...now(wanted), sort, limit } },
        }),
      ),
    refetchInterval: EVERY_MS,
  })
}

/** The same as a spreadsheet. */
export function downloadBreakdown(by: Kind, wanted: Wanted, sort: Sort): Promise<Blob> {
  return unwrap(
    client.GET('/api/v1/gateway/statistics/{by}.csv', {
      params: { path: { by }, query: { ...now(wanted), sort } },
      parseAs: 'blob',
    }),
  ) as unknown as Promise<Blob>
}
