/** The engines that a session may have. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'

export const enginesQuery = queryOptions({
  queryKey: ['chat', 'engines'],
  queryFn: () => unwrap(client.GET('/api/v1/chat/engines')),
})
