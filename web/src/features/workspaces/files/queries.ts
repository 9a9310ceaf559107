/** Folders and files: read, written, made, moved, copied, deleted. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { authorizedFetch, client, unwrap } from '@/api/client'
import { asApiError, errorFrom } from '@/api/errors'
import { queryClient } from '@/api/queryClient'
import type { Entry, EntryPage, FileText, WrittenFile } from '@/api/types'
import type { Saved } from '../desk/tabs'
import { parentOf } from '../paths'
import type { Folder } from './rows'

const ENTRIES_A_PAGE = 100

/** A folder, as many pages of it as are wanted. */
export function folderQuery(id: string, path: string, pages: number) {
  return queryOptions({
    queryKey: ['workspaces', id, 'folder', path, pages],
    queryFn: () => readFolder(id, path, pages),
    placeholderData: keepPreviousData,
  })
}

async function readFolder(id: string, path: string, pages: number): Promise<Folder> {
  const entries: Entry[] = []
  let cursor: string | null = null
  for (let page = 0; page < pages; page += 1) {
    const query = { path, limit: ENTRIES_A_PAGE, ...(cursor !== null && { cursor }) }
    const read: EntryPage = await unwrap(
      client.GET('/api/v1/workspaces/{workspace_id}/files', { params: { path: { workspace_id: id }, query } }),
    )
    entries.push(...read.items)
    cursor = read.next_cursor
    if (cursor === null) break
  }
  return { entries, hasMore: cursor !== null }
}

export function fileQuery(id: string, path: string) {
  return queryOptions({
    queryKey: ['workspaces', id, 'file', path],
    queryFn: () => readFile(id, path),
    refetchOnWindowFocus: false,
  })
}

export function readFile(id: string, path: string): Promise<FileText> {
  return unwrap(
    client.GET('/api/v1/workspaces/{workspace_id}/file', { params: { path: { workspace_id: id }, query: { path } } }),
  )
}

/** Write a text where what is there has `etag`, or where there is nothing when it is null. */
export async function writeText(
  id: string,
  path: string,
  text: string,
  expected: Pick<Saved, 'etag' | 'encoding'> | null,
): Promise<WrittenFile> {
  const query = new URLSearchParams({ path, encoding: expected?.encoding ?? 'utf-8' })
  const request = new Request(`/api/v1/workspaces/${id}/file?${query}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/octet-stream',
      ...(expected ? { 'if-match': `"${expected.etag}"` } : { 'if-none-match': '*' }),
    },
    body: text,
  })
  const response = await authorizedFetch(request)
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw errorFrom(response, body)
  return body as WrittenFile
}

/** The file as it is, for a picture or a download. */
export async function readBytes(id: string, path: string): Promise<Blob> {
  const query = new URLSearchParams({ path })
  const response = await authorizedFetch(new Request(`/api/v1/workspaces/${id}/file/raw?${query}`))
  if (!response.ok) throw errorFrom(response, await response.json().catch(() => null))
  return await response.blob().catch((thrown: unknown) => {
    throw asApiError(thrown)
  })
}

export async function createFolder(id: string, path: string): Promise<void> {
  const params = { path: { workspace_id: id } }
  await unwrap(client.POST('/api/v1/workspaces/{workspace_id}/folders', { params, body: { path } }))
  await readAgain(id, [path])
}

export async function createFile(id: string, path: string): Promise<void> {
  await writeText(id, path, '', null)
  await readAgain(id, [path])
}

export async function moveEntry(id: string, source: string, target: string): Promise<void> {
  const params = { path: { workspace_id: id } }
  await unwrap(client.POST('/api/v1/workspaces/{workspace_id}/move', { params, body: { source, target } }))
  await readAgain(id, [source, target])
}

export async function copyEntry(id: string, source: string, target: string): Promise<void> {
  const params = { path: { workspace_id: id } }
  await unwrap(client.POST('/api/v1/workspaces/{workspace_id}/copy', { params, body: { source, target } }))
  await readAgain(id, [target])
}

/** What was shown of these paths, their folders and what lies in them is read anew. */
export async function readAgain(id: string, paths: string[]): Promise<void> {
  const folders = new Set(paths.flatMap((path) => [path, ...everyFolder(path)]))
  const isTouched = (kind: unknown, path: string) =>
    kind === 'file' ? paths.some((one) => path === one || path.startsWith(`${one}/`)) : folders.has(path)
  await queryClient.invalidateQueries({
    predicate: ({ queryKey: [wing, workspace, kind, path] }) =>
      wing === 'workspaces' &&
      workspace === id &&
      (kind === 'use' || kind === 'versions' || (typeof path === 'string' && isTouched(kind, path))),
  })
}

/** Everything that is shown of a workspace is read anew. */
export async function readAllAgain(id: string): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['workspaces', id] })
}

function everyFolder(path: string): string[] {
  const parent = parentOf(path)
  return parent === '' ? [''] : [parent, ...everyFolder(parent)]
}
