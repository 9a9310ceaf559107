/** The trash of a workspace. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { TrashEntry } from '@/api/types'
import { readAgain } from '../files/queries'

const ENTRIES_A_PAGE = 50

export function trashQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['workspaces', id, 'trash'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      unwrap(
        client.GET('/api/v1/workspaces/{workspace_id}/trash', {
          params: {
            path: { workspace_id: id },
            query: { limit: ENTRIES_A_PAGE, ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor,
  })
}

/** Put a file or folder into the trash; the answer says how to bring it back. */
export async function deleteEntry(id: string, path: string): Promise<TrashEntry | undefined> {
  const params = { path: { workspace_id: id } }
  const [entry] = await unwrap(
    client.POST('/api/v1/workspaces/{workspace_id}/trash', { params, body: { paths: [path] } }),
  )
  await Promise.all([readAgain(id, [path]), readTrashAgain(id)])
  return entry
}

/** Bring something back to where it was, or to `path`. */
export async function restoreEntry(id: string, entry: TrashEntry, path: string | null = null): Promise<void> {
  const params = { path: { workspace_id: id, entry_id: entry.id } }
  await unwrap(client.POST('/api/v1/workspaces/{workspace_id}/trash/{entry_id}/restore', { params, body: { path } }))
  await Promise.all([readAgain(id, [path ?? entry.path]), readTrashAgain(id)])
}

export async function removeForGood(id: string, entryId: string): Promise<void> {
  const params = { path: { workspace_id: id, entry_id: entryId } }
  await unwrap(client.DELETE('/api/v1/workspaces/{workspace_id}/trash/{entry_id}', { params }))
  await readTrashAgain(id)
}

export async function emptyTrash(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/workspaces/{workspace_id}/trash', { params: { path: { workspace_id: id } } }))
  await readTrashAgain(id)
}

export async function readTrashAgain(id: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: trashQuery(id).queryKey }),
    queryClient.invalidateQueries({ queryKey: ['workspaces', id, 'use'] }),
  ])
}
