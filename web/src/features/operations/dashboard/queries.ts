/** What the dashboard asks of the server. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'

const EVERY_MS = 30_000

export function dashboardQuery(days: number) {
  return queryOptions({
    queryKey: ['operations', 'dashboard', days],
    queryFn: () => unwrap(client.GET('/api/v1/operations/dashboard', { params: { query: { days } } })),
    refetchInterval: EVERY_MS,
    placeholderData: (before) => before,
  })
}
