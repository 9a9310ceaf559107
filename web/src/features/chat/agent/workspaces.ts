/** The workspaces that an agent can work in. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { Workspace } from '@/api/types'

const MOST_SHOWN = 200

export const choicesQuery = queryOptions({
  queryKey: ['workspaces', 'choices'],
  queryFn: async (): Promise<Workspace[]> => {
    const params = { query: { limit: MOST_SHOWN } }
    return (await unwrap(client.GET('/api/v1/workspaces', { params }))).items
  },
})

export async function createWorkspace(name: string): Promise<Workspace> {
  const made = await unwrap(client.POST('/api/v1/workspaces', { body: { name } }))
  await queryClient.invalidateQueries({ queryKey: ['workspaces'] })
  return made
}

/** What a workspace is called; null when it is not known (yet). */
export function useWorkspaceName(id: string | null): string | null {
  const { data } = useQuery({ ...choicesQuery, enabled: id !== null })
  return data?.find((workspace) => workspace.id === id)?.name ?? null
}
