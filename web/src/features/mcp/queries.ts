/** What the pages of tool servers ask of the server. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { McpServer, McpServerChange, McpServerIn } from '@/api/types'

export const serversQuery = queryOptions({
  queryKey: ['mcp', 'servers'],
  queryFn: () => unwrap(client.GET('/api/v1/mcp/servers')),
})

export const rightsQuery = queryOptions({
  queryKey: ['mcp', 'rights'],
  queryFn: () => unwrap(client.GET('/api/v1/mcp/rights')),
})

export async function addServer(wanted: McpServerIn): Promise<McpServer> {
  return changed(await unwrap(client.POST('/api/v1/mcp/servers', { body: wanted })))
}

export async function changeServer(id: string, wanted: McpServerChange): Promise<McpServer> {
  const params = { path: { server_id: id } }
  return changed(await unwrap(client.PATCH('/api/v1/mcp/servers/{server_id}', { params, body: wanted })))
}

export async function removeServer(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/mcp/servers/{server_id}', { params: { path: { server_id: id } } }))
  await queryClient.invalidateQueries(serversQuery)
}

/** Connect, and list its tools; what came of it is in the server that comes back. */
export async function testServer(id: string): Promise<McpServer> {
  const params = { path: { server_id: id } }
  return changed(await unwrap(client.POST('/api/v1/mcp/servers/{server_id}/test', { params })))
}

async function changed(server: McpServer): Promise<McpServer> {
  await queryClient.invalidateQueries(serversQuery)
  return server
}
