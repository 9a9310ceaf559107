/** Files on their way into each workspace; they go on while other pages are open. */
import { authorizedFetch, client, unwrap } from '@/api/client'
import { asApiError, errorFrom } from '@/api/errors'
import { queryClient } from '@/api/queryClient'
import type { Upload } from '@/api/types'
import type { Dropped } from '@/ui/dropped'
import { createFolder, readAgain } from '../files/queries'
import { joined } from '../paths'
import { sendFile, type UploadApi } from './sending'

const AT_ONCE = 2
const LONGEST_PAUSE_MS = 10_000

export type UploadState = 'waiting' | 'sending' | 'paused' | 'done' | 'taken' | 'failed'

export interface UploadItem {
  key: number
  path: string
  size: number
  sent: number
  state: UploadState
  error: unknown
}

interface Task {
  file: File
  replaces: boolean
  control: AbortController
  uploadId: string | null
}

/** What the panel shows; changed only by replacing it. */
export class Uploads {
  private items: readonly UploadItem[] = []
  private readonly tasks = new Map<number, Task>()
  private readonly listeners = new Set<() => void>()
  private begun: Upload[] = []
  private nextKey = 1

  constructor(private readonly workspaceId: string) {}

  snapshot = (): readonly UploadItem[] => this.items

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Send all of this into a folder; what was begun before goes on where it stopped. */
  async add(folder: string, dropped: Dropped): Promise<void> {
    this.begun = await readUploads(this.workspaceId).catch(() => [])
    for (const path of dropped.folders)
      await createFolder(this.workspaceId, joined(folder, path)).catch(() => undefined)
    const fresh = dropped.files.map(({ path, file }): UploadItem => {
      const key = this.nextKey++
      this.tasks.set(key, { file, replaces: false, control: new AbortController(), uploadId: null })
      return { key, path: joined(folder, path), size: file.size, sent: 0, state: 'waiting', error: null }
    })
    this.show([...this.items, ...fresh])
    this.work()
  }

  /** Stop it, and have the server forget what came of it. */
  cancel(key: number): void {
    const task = this.tasks.get(key)
    task?.control.abort()
    if (task) void this.discard(task)
    this.tasks.delete(key)
    this.show(this.items.filter((item) => item.key !== key))
    this.work()
  }

  /** Once more; with `replaces` it takes the place of what is there. */
  again(key: number, replaces: boolean): void {
    const task = this.tasks.get(key)
    if (!task) return
    this.tasks.set(key, { ...task, replaces, control: new AbortController(), uploadId: null })
    this.change(key, { state: 'waiting', sent: 0, error: null })
    this.work()
  }

  /** Take what is over off the list. */
  clear(): void {
    this.show(this.items.filter((item) => item.state !== 'done'))
  }

  cancelAll(): void {
    for (const { key } of this.items) this.cancel(key)
  }

  private work(): void {
    const busy = this.items.filter((item) => item.state === 'sending' || item.state === 'paused').length
    const next = this.items.filter((item) => item.state === 'waiting').slice(0, AT_ONCE - busy)
    for (const item of next) void this.send(item)
  }

  private async send({ key, path, size }: UploadItem): Promise<void> {
    const task = this.tasks.get(key)
    if (!task) return
    this.change(key, { state: 'sending' })
    const { file, replaces, control } = task
    try {
      await sendFile(apiOf(this.workspaceId), {
        path,
        file,
        replaces,
        begun: this.takeBegun(path, size, replaces),
        signal: control.signal,
        pause,
        onBegun: ({ id }) => {
          task.uploadId = id
        },
        onProgress: (sent) => this.change(key, { sent }),
        onPaused: (isPaused) => this.change(key, { state: isPaused ? 'paused' : 'sending' }),
      })
      this.change(key, { state: 'done', sent: size })
      this.tasks.delete(key)
      void readAgain(this.workspaceId, [path])
    } catch (thrown) {
      if (control.signal.aborted) void this.discard(task)
      else this.change(key, { state: asApiError(thrown).code === 'path_taken' ? 'taken' : 'failed', error: thrown })
    }
    this.work()
  }

  /** It may have been cancelled before the server had answered that it began: so this is asked then too. */
  private async discard(task: Task): Promise<void> {
    const id = task.uploadId
    task.uploadId = null
    if (id) await discardUpload(this.workspaceId, id).catch(() => undefined)
  }

  private takeBegun(path: string, size: number, replaces: boolean): Upload | null {
    const found = this.begun.find((one) => one.path === path && one.size === size && one.replaces === replaces)
    this.begun = this.begun.filter((one) => one !== found)
    return found ?? null
  }

  private change(key: number, change: Partial<UploadItem>): void {
    this.show(this.items.map((item) => (item.key === key ? { ...item, ...change } : item)))
  }

  private show(items: readonly UploadItem[]): void {
    this.items = items
    for (const listener of this.listeners) listener()
  }
}

const known = new Map<string, Uploads>()

export function uploadsOf(workspaceId: string): Uploads {
  const uploads = known.get(workspaceId) ?? new Uploads(workspaceId)
  known.set(workspaceId, uploads)
  return uploads
}

function apiOf(workspaceId: string): UploadApi {
  const path = { workspace_id: workspaceId }
  const one = (id: string) => ({ params: { path: { ...path, upload_id: id } } })
  return {
    begin: (target, size, replaces) =>
      unwrap(
        client.POST('/api/v1/workspaces/{workspace_id}/uploads', {
          params: { path },
          body: { path: target, size, replaces },
        }),
      ),
    find: (id) => unwrap(client.GET('/api/v1/workspaces/{workspace_id}/uploads/{upload_id}', one(id))),
    complete: (id) => unwrap(client.POST('/api/v1/workspaces/{workspace_id}/uploads/{upload_id}/complete', one(id))),
    send: async (id, offset, piece, signal) => {
      const address = `/api/v1/workspaces/${workspaceId}/uploads/${id}?offset=${offset}`
      const headers = { 'content-type': 'application/octet-stream' }
      const response = await authorizedFetch(new Request(address, { method: 'PUT', headers, body: piece, signal }))
      const body: unknown = await response.json().catch(() => null)
      if (!response.ok) throw errorFrom(response, body)
      return body as Upload
    },
  }
}

export async function readUploads(workspaceId: string): Promise<Upload[]> {
  const params = { path: { workspace_id: workspaceId } }
  return await unwrap(client.GET('/api/v1/workspaces/{workspace_id}/uploads', { params }))
}

export async function discardUpload(workspaceId: string, uploadId: string): Promise<void> {
  const params = { path: { workspace_id: workspaceId, upload_id: uploadId } }
  await unwrap(client.DELETE('/api/v1/workspaces/{workspace_id}/uploads/{upload_id}', { params }))
  await queryClient.invalidateQueries({ queryKey: ['workspaces', workspaceId, 'uploads'] })
}

/** Longer each time, and over at once when the browser is online again. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      removeEventListener('online', end)
      resolve()
    }
    const timer = setTimeout(end, Math.min(500 * 2 ** attempt, LONGEST_PAUSE_MS))
    addEventListener('online', end)
  })
}
