/** Many files and folders at once: deleted, brought back, moved, downloaded; and archives unpacked. */
import { authorizedFetch, client, unwrap } from '@/api/client'
import { asApiError, errorFrom } from '@/api/errors'
import type { Failure, Move, TrashEntry, Unpacked } from '@/api/types'
import { saveFile } from '@/ui/saveFile'
import { readTrashAgain } from '../trash/queries'
import { readAgain, readAllAgain } from './queries'

export interface Batch<Done> {
  done: Done[]
  failed: Failure[]
}

/** What the server takes at once; whoever chooses more asks more than once. */
const MOST = 2000
/** From so many paths on, everything that is shown is read anew. */
const MANY = 200

export async function trashMany(id: string, paths: string[]): Promise<Batch<TrashEntry>> {
  const batch = await inPortions(paths, (some) =>
    unwrap(client.POST('/api/v1/workspaces/{workspace_id}/batch/trash', { ...of(id), body: { paths: some } })),
  )
  await Promise.all([readMany(id, paths), readTrashAgain(id)])
  return batch
}

export async function restoreMany(id: string, entries: TrashEntry[]): Promise<Batch<TrashEntry>> {
  const ids = entries.map((entry) => entry.id)
  const batch = await inPortions(ids, (some) =>
    unwrap(client.POST('/api/v1/workspaces/{workspace_id}/batch/restore', { ...of(id), body: { entry_ids: some } })),
  )
  const paths = entries.map((entry) => entry.path)
  await Promise.all([readMany(id, paths), readTrashAgain(id)])
  return batch
}

export async function moveMany(id: string, moves: Move[]): Promise<Batch<Move>> {
  const batch = await inPortions(moves, (some) =>
    unwrap(client.POST('/api/v1/workspaces/{workspace_id}/batch/move', { ...of(id), body: { moves: some } })),
  )
  const paths = moves.flatMap(({ source, target }) => [source, target])
  await readMany(id, paths)
  return batch
}

/** These as one zip file, to the browser's downloads. */
export async function downloadMany(id: string, paths: string[], name: string): Promise<void> {
  const request = new Request(`/api/v1/workspaces/${id}/archive`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ paths }),
  })
  const response = await authorizedFetch(request)
  if (!response.ok) throw errorFrom(response, await response.json().catch(() => null))
  const content = await response.blob().catch((thrown: unknown) => {
    throw asApiError(thrown)
  })
  saveFile(`${name}.zip`, content)
}

/** Into a new folder next to it. */
export async function unpack(id: string, path: string): Promise<Unpacked> {
  const unpacked = await unwrap(client.POST('/api/v1/workspaces/{workspace_id}/unpack', { ...of(id), body: { path } }))
  if (unpacked.folder !== null) await readAgain(id, [unpacked.folder])
  return unpacked
}

function of(id: string) {
  return { params: { path: { workspace_id: id } } }
}

async function inPortions<Given, Done>(
  items: Given[],
  ask: (some: Given[]) => Promise<Batch<Done>>,
): Promise<Batch<Done>> {
  const batch: Batch<Done> = { done: [], failed: [] }
  for (let first = 0; first < items.length; first += MOST) {
    const { done, failed } = await ask(items.slice(first, first + MOST))
    batch.done.push(...done)
    batch.failed.push(...failed)
  }
  return batch
}

function readMany(id: string, paths: string[]): Promise<void> {
  return paths.length > MANY ? readAllAgain(id) : readAgain(id, paths)
}
