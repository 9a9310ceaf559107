/** What the system page asks of the server. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'

const EVERY_MS = 5_000

export const systemQuery = queryOptions({
  queryKey: ['operations', 'system'],
  queryFn: () => unwrap(client.GET('/api/v1/operations/system')),
  refetchInterval: EVERY_MS,
})
