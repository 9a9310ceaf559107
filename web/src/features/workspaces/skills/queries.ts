/** The skills that agents find in a workspace. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'

export function skillsQuery(id: string) {
  return queryOptions({
    queryKey: ['workspaces', id, 'skills'],
    queryFn: () =>
      unwrap(client.GET('/api/v1/workspaces/{workspace_id}/skills', { params: { path: { workspace_id: id } } })),
    staleTime: 0,
  })
}
