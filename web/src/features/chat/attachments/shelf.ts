/** Files on their way to the next message of one place, and those that wait there to be sent. */
import { client, unwrap } from '@/api/client'
import { ApiError, asApiError } from '@/api/errors'
import { queryClient } from '@/api/queryClient'
import type { Attached, Attachment } from '@/api/types'
import type { Dropped } from '@/ui/dropped'
import { keepFiles, readFiles } from '../drafts'
import { upload } from './upload'

const AT_ONCE = 2

export interface FileItem {
  key: number
  name: string
  size: number
  sent: number
  state: 'waiting' | 'sending' | 'failed' | 'here'
  error: unknown
  /** Once it has arrived. */
  attached: Attached | null
  /** To show it from, as long as this page is open. */
  file: File | null
}

/** Why some of what was dropped was left out. */
export interface LeftOut {
  count: number
  most: number
}

export class Shelf {
  private items: readonly FileItem[]
  private nextKey = 1
  private readonly controls = new Map<number, AbortController>()
  private readonly listeners = new Set<() => void>()
  leftOut: LeftOut | null = null

  constructor(
    private readonly userId: string,
    private readonly place: string,
  ) {
    this.items = readFiles(userId, place).map((attached) => this.settled(attached))
    for (const { key, attached } of this.items) if (attached) void this.check(key, attached.id)
  }

  snapshot = (): readonly FileItem[] => this.items

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async add({ files }: Dropped): Promise<void> {
    const limits = await queryClient.ensureQueryData(limitsQuery).catch(() => null)
    const room = limits ? Math.max(0, limits.most_files - this.items.length) : files.length
    this.leftOut = limits && files.length > room ? { count: files.length - room, most: limits.most_files } : null
    const fresh = files.slice(0, room).map(({ path, file }): FileItem => {
      const isLarge = limits !== null && file.size > limits.most_bytes
      const told = { limit_bytes: limits?.most_bytes }
      const error = isLarge ? new ApiError(413, 'attachment_too_large', '', null, told) : null
      const state = isLarge ? 'failed' : 'waiting'
      return { key: this.nextKey++, name: path, size: file.size, sent: 0, state, error, attached: null, file }
    })
    this.show([...this.items, ...fresh])
    this.work()
  }

  /** Stop it, or take what has arrived back. */
  remove(key: number): void {
    const item = this.items.find((one) => one.key === key)
    this.controls.get(key)?.abort()
    this.controls.delete(key)
    if (item?.attached) void discard(item.attached.id)
    this.leftOut = null
    this.show(this.items.filter((one) => one.key !== key))
    this.work()
  }

  again(key: number): void {
    this.change(key, { state: 'waiting', sent: 0, error: null })
    this.work()
  }

  /** These have gone with a message. */
  sent(ids: string[]): void {
    this.leftOut = null
    this.show(this.items.filter(({ attached }) => attached === null || !ids.includes(attached.id)))
  }

  private work(): void {
    const busy = this.items.filter(({ state }) => state === 'sending').length
    const next = this.items.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, AT_ONCE - busy))
    for (const item of next) void this.send(item)
  }

  private async send({ key, name, file }: FileItem): Promise<void> {
    if (!file) return
    const control = new AbortController()
    this.controls.set(key, control)
    this.change(key, { state: 'sending' })
    try {
      const made = await upload(name, file, control.signal, (sent) => this.change(key, { sent }))
      if (control.signal.aborted) void discard(made.id)
      else this.change(key, { state: 'here', attached: asAttached(made) })
    } catch (thrown) {
      this.change(key, { state: 'failed', error: thrown })
    }
    this.controls.delete(key)
    this.work()
  }

  /** What was kept for longer than a day, or sent from another tab, can't be sent any more. */
  private async check(key: number, id: string): Promise<void> {
    const params = { path: { attachment_id: id } }
    const isGone = await unwrap(client.GET('/api/v1/chat/attachments/{attachment_id}', { params })).then(
      (found) => found.is_used,
      (thrown: unknown) => asApiError(thrown).status === 404,
    )
    if (isGone) this.show(this.items.filter((one) => one.key !== key))
  }

  private settled(attached: Attached): FileItem {
    const { name, size } = attached
    return { key: this.nextKey++, name, size, sent: size, state: 'here', error: null, attached, file: null }
  }

  private change(key: number, change: Partial<FileItem>): void {
    this.show(this.items.map((item) => (item.key === key ? { ...item, ...change } : item)))
  }

  private show(items: readonly FileItem[]): void {
    this.items = items
    const kept = items.flatMap(({ attached }) => (attached ? [attached] : []))
    keepFiles(this.userId, this.place, kept)
    for (const listener of this.listeners) listener()
  }
}

const known = new Map<string, Shelf>()

export function shelfOf(userId: string, place: string): Shelf {
  const name = `${userId}.${place}`
  const shelf = known.get(name) ?? new Shelf(userId, place)
  known.set(name, shelf)
  return shelf
}

const limitsQuery = {
  queryKey: ['chat', 'attachments', 'limits'],
  queryFn: () => unwrap(client.GET('/api/v1/chat/attachments/limits')),
  staleTime: 60_000,
}

function asAttached({ id, name, kind, media_type, size }: Attachment): Attached {
  return { id, name, kind, media_type, size, path: null }
}

async function discard(id: string): Promise<void> {
  const params = { path: { attachment_id: id } }
  await unwrap(client.DELETE('/api/v1/chat/attachments/{attachment_id}', { params })).catch(() => undefined)
}
