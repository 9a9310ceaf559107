/** Files and folders to the browser's downloads. */
import { authorizedFetch } from '@/api/client'
import { asApiError, errorFrom } from '@/api/errors'
import { saveFile } from '@/ui/saveFile'
import { nameOf } from '../paths'
import { readBytes } from './queries'
import type { TreeEntry } from './rows'

export async function download(workspaceId: string, entry: Pick<TreeEntry, 'path' | 'kind'>): Promise<void> {
  if (entry.kind === 'folder') await downloadZip(workspaceId, entry.path, nameOf(entry.path))
  else saveFile(nameOf(entry.path), await readBytes(workspaceId, entry.path))
}

/** A folder as a zip file; the empty path is the whole workspace. */
export async function downloadZip(workspaceId: string, path: string, name: string): Promise<void> {
  const query = path === '' ? '' : `?${new URLSearchParams({ path })}`
  const response = await authorizedFetch(new Request(`/api/v1/workspaces/${workspaceId}/archive${query}`))
  if (!response.ok) throw errorFrom(response, await response.json().catch(() => null))
  const content = await response.blob().catch((thrown: unknown) => {
    throw asApiError(thrown)
  })
  saveFile(`${name}.zip`, content)
}
