/** The tool servers that a session can use or do without. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { McpServer } from '@/api/types'

export const toolServersQuery = queryOptions({
  queryKey: ['mcp', 'servers'],
  queryFn: () => unwrap(client.GET('/api/v1/mcp/servers')),
  select: (servers: McpServer[]) => servers.filter(({ is_enabled }) => is_enabled),
})
