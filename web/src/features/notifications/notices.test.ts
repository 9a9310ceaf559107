import { describe, expect, it } from 'vitest'
import type { Notification } from '@/api/types'
import { arrived, countText, type NoticePages, reduceNotices, unreadFrom } from './notices'

const now = '2026-05-04T10:00:00Z'

function notice(id: string, read_at: string | null = null): Notification {
  return { id, kind: 'alert.firing', title: id, body: '', link: null, created_at: now, read_at }
}

function list(...items: Notification[]): NoticePages {
  return { pages: [{ items, next_cursor: null, unread: 0 }], pageParams: [null] }
}

function event(type: string, body: Record<string, unknown>) {
  return { seq: 1, type, body }
}

const ids = (pages: NoticePages) => pages.pages.flatMap((page) => page.items.map((item) => item.id))
const unread = (pages: NoticePages) =>
  pages.pages.flatMap((page) => page.items.filter((item) => item.read_at === null).map((item) => item.id))

describe('the list of notifications', () => {
  it('begins with the newest, each once', () => {
    const once = reduceNotices(list(notice('a')), event('notification.created', { notification: notice('b') }), now)
    expect(ids(once)).toEqual(['b', 'a'])
    expect(reduceNotices(once, event('notification.created', { notification: notice('b') }), now)).toBe(once)
  })

  it('marks some, or all, as read', () => {
    const both = list(notice('a'), notice('b'))
    expect(unread(reduceNotices(both, event('notification.read', { ids: ['a'] }), now))).toEqual(['b'])
    expect(unread(reduceNotices(both, event('notification.read', { ids: null }), now))).toEqual([])
  })

  it('forgets what was deleted', () => {
    expect(ids(reduceNotices(list(notice('a'), notice('b')), event('notification.removed', { id: 'a' }), now))).toEqual(
      ['b'],
    )
  })

  it('is not touched by other events, or by ones it cannot read', () => {
    const one = list(notice('a'))
    expect(reduceNotices(one, event('session.created', {}), now)).toBe(one)
    expect(reduceNotices(one, event('notification.created', { notification: 7 }), now)).toBe(one)
    expect(arrived(event('session.created', { notification: notice('b') }))).toBeNull()
  })
})

it('the bell takes its count from whatever carries one', () => {
  expect(unreadFrom({ unread: 3, tabs: [] })).toBe(3)
  expect(unreadFrom({ tabs: [] })).toBeNull()
  expect([0, 7, 99, 100].map(countText)).toEqual(['0', '7', '99', '99+'])
})
