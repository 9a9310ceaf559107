/** What the playground asks of the server, besides the calls themselves. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'

/** Models that can hold a conversation; of those that nobody described, any may. */
export const askableQuery = queryOptions({
  queryKey: ['gateway', 'models'],
  queryFn: () => unwrap(client.GET('/api/v1/gateway/models')),
  select: (models) => models.filter(({ capabilities: can }) => can.length === 0 || can.includes('chat')),
})
