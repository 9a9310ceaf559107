/** What is done to folders. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { Folder } from '@/api/types'
import { readFoldersAgain, readPagesAgain } from '../queries'

export const tagsQuery = queryOptions({
  queryKey: ['chat', 'tags'],
  queryFn: () => unwrap(client.GET('/api/v1/chat/tags')),
})

export async function createFolder(name: string): Promise<Folder> {
  const made = await unwrap(client.POST('/api/v1/chat/folders', { body: { name } }))
  await readFoldersAgain()
  return made
}

export async function changeFolder(id: string, body: { name?: string; position?: number }): Promise<void> {
  await unwrap(client.PATCH('/api/v1/chat/folders/{folder_id}', { params: { path: { folder_id: id } }, body }))
  await readFoldersAgain()
}

export async function deleteFolder(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/chat/folders/{folder_id}', { params: { path: { folder_id: id } } }))
  await readFoldersAgain()
  readPagesAgain()
}
