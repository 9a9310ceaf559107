/** What the pages of workspaces ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { Workspace } from '@/api/types'

const WORKSPACES_A_PAGE = 100

export const workspacesQuery = infiniteQueryOptions({
  queryKey: ['workspaces', 'list'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam }) =>
    unwrap(
      client.GET('/api/v1/workspaces', {
        params: { query: { limit: WORKSPACES_A_PAGE, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: (last) => last.next_cursor,
})

export function workspaceQuery(id: string) {
  return queryOptions({
    queryKey: ['workspaces', id, 'workspace'],
    queryFn: () => unwrap(client.GET('/api/v1/workspaces/{workspace_id}', { params: { path: { workspace_id: id } } })),
  })
}

/** What it holds, and what it may hold. */
export function usageQuery(id: string) {
  return queryOptions({
    queryKey: ['workspaces', id, 'use'],
    queryFn: () =>
      unwrap(client.GET('/api/v1/workspaces/{workspace_id}/use', { params: { path: { workspace_id: id } } })),
  })
}

export async function createWorkspace(name: string): Promise<Workspace> {
  const made = await unwrap(client.POST('/api/v1/workspaces', { body: { name } }))
  await readListAgain()
  return made
}

export async function renameWorkspace(id: string, name: string): Promise<void> {
  const path = { workspace_id: id }
  const renamed = await unwrap(client.PATCH('/api/v1/workspaces/{workspace_id}', { params: { path }, body: { name } }))
  queryClient.setQueryData(workspaceQuery(id).queryKey, renamed)
  await readListAgain()
}

export async function deleteWorkspace(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/workspaces/{workspace_id}', { params: { path: { workspace_id: id } } }))
  await readListAgain()
}

export async function restoreWorkspace(id: string): Promise<void> {
  const path = { workspace_id: id }
  await unwrap(client.POST('/api/v1/workspaces/{workspace_id}/restore', { params: { path } }))
  await queryClient.invalidateQueries({ queryKey: ['workspaces', id] })
  await readListAgain()
}

export async function readListAgain(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: workspacesQuery.queryKey })
}

/** Have the server look for what programs changed on its disk. */
export async function lookAgain(id: string): Promise<void> {
  const params = { path: { workspace_id: id } }
  await unwrap(client.POST('/api/v1/workspaces/{workspace_id}/rescan', { params }))
}
