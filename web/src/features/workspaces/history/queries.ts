/** What a file was before. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { authorizedFetch, client, unwrap } from '@/api/client'
import { errorFrom } from '@/api/errors'
import { readAgain } from '../files/queries'

const VERSIONS_A_PAGE = 50

export function versionsQuery(id: string, path: string) {
  return infiniteQueryOptions({
    queryKey: ['workspaces', id, 'versions', path],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      unwrap(
        client.GET('/api/v1/workspaces/{workspace_id}/versions', {
          params: {
            path: { workspace_id: id },
            query: { path, limit: VERSIONS_A_PAGE, ...(pageParam && { cursor: pageParam }) },
          },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor,
  })
}

/** The text of a version; a version never changes. */
export function versionTextQuery(id: string, versionId: string | null) {
  return queryOptions({
    queryKey: ['workspaces', id, 'version', versionId],
    queryFn: async () => textOf(await readVersion(id, versionId ?? '')),
    enabled: versionId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export async function readVersion(id: string, versionId: string): Promise<ArrayBuffer> {
  const response = await authorizedFetch(new Request(`/api/v1/workspaces/${id}/versions/${versionId}/raw`))
  if (!response.ok) throw errorFrom(response, await response.json().catch(() => null))
  return await response.arrayBuffer()
}

export async function restoreVersion(id: string, path: string, versionId: string): Promise<void> {
  const params = { path: { workspace_id: id, version_id: versionId } }
  await unwrap(client.POST('/api/v1/workspaces/{workspace_id}/versions/{version_id}/restore', { params }))
  await readAgain(id, [path])
}

/** As text where it is text, in UTF-8 or by its mark; null where it is not. */
function textOf(content: ArrayBuffer): string | null {
  const start = new Uint8Array(content.slice(0, 2))
  const mark =
    start[0] === 0xff && start[1] === 0xfe ? 'utf-16le' : start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : null
  for (const encoding of mark ? [mark] : ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(content)
      return text.includes('\0') ? null : text
    } catch {
      // Not in this one.
    }
  }
  return null
}
