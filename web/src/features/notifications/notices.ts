/** What the list of notifications becomes when something happens to them. Pure. */
import type { InfiniteData } from '@tanstack/react-query'
import { isRecord } from '@/api/errors'
import type { StreamEvent } from '@/api/realtime/protocol'
import type { Notification } from '@/api/types'

export interface NoticePage {
  items: Notification[]
  next_cursor: string | null
  unread: number
}

export type NoticePages = InfiniteData<NoticePage>

/** How many wait to be read, when the event says so. */
export function unreadFrom(body: unknown): number | null {
  return isRecord(body) && typeof body.unread === 'number' ? body.unread : null
}

/** The notification of an event that brings a new one. */
export function arrived(event: StreamEvent): Notification | null {
  if (event.type !== 'notification.created') return null
  const { notification } = event.body
  return isRecord(notification) && typeof notification.id === 'string'
    ? (notification as unknown as Notification)
    : null
}

export function reduceNotices(list: NoticePages, event: StreamEvent, now: string): NoticePages {
  if (event.type === 'notification.created') return withNew(list, arrived(event))
  if (event.type === 'notification.removed')
    return withItems(list, (items) => items.filter((it) => it.id !== event.body.id))
  if (event.type !== 'notification.read') return list
  const ids = Array.isArray(event.body.ids) ? new Set<unknown>(event.body.ids) : null
  return withItems(list, (items) =>
    items.map((item) => (item.read_at === null && (ids?.has(item.id) ?? true) ? { ...item, read_at: now } : item)),
  )
}

function withNew(list: NoticePages, made: Notification | null): NoticePages {
  const [first, ...rest] = list.pages
  if (!made || !first || list.pages.some((page) => page.items.some((item) => item.id === made.id))) return list
  return { ...list, pages: [{ ...first, items: [made, ...first.items] }, ...rest] }
}

function withItems(list: NoticePages, change: (items: Notification[]) => Notification[]): NoticePages {
  return { ...list, pages: list.pages.map((page) => ({ ...page, items: change(page.items) })) }
}

/** Shown on the bell: never wider than two digits and a plus. */
export function countText(unread: number): string {
  return unread > 99 ? '99+' : String(unread)
}
