import { expect, it } from 'vitest'
import type { Session } from '@/api/types'
import { byAge, reduceSessionPages, type SessionPages, withSession } from './sessionPages'

function session(id: string, activity_at: string, change: Partial<Session> = {}): Session {
  const base = { id, title: id, model: null, engine: 'builtin' as const, state: 'idle' as const }
  return { ...base, activity_at, created_at: activity_at, updated_at: activity_at, ...change }
}

function pages(...lists: Session[][]): SessionPages {
  const last = lists.length - 1
  return {
    pages: lists.map((items, index) => ({ items, next_cursor: index === last ? 'more' : 'next' })),
    pageParams: lists.map(() => null),
  }
}

const ids = (data: SessionPages) => data.pages.map((page) => page.items.map(({ id }) => id))

it('moves a session with new activity to the top, from any page', () => {
  const before = pages([session('a', '5'), session('b', '4')], [session('c', '3')])
  expect(ids(withSession(before, session('c', '6')))).toEqual([['c', 'a', 'b'], []])
})

it('keeps the place of a session that was only renamed', () => {
  const before = pages([session('a', '5'), session('b', '4'), session('c', '3')])
  const after = withSession(before, session('b', '4', { title: 'new' }))
  expect(ids(after)).toEqual([['a', 'b', 'c']])
  expect(after.pages[0]?.items[1]?.title).toBe('new')
})

it('leaves a session older than what was read to the page that brings it', () => {
  expect(ids(withSession(pages([session('a', '5')]), session('z', '1')))).toEqual([['a']])
})

it('shows the first session of all', () => {
  const empty: SessionPages = { pages: [{ items: [], next_cursor: null }], pageParams: [null] }
  expect(ids(withSession(empty, session('a', '5')))).toEqual([['a']])
})

it('takes a removed session out', () => {
  const before = pages([session('a', '5'), session('b', '4')])
  expect(ids(reduceSessionPages(before, { seq: 1, type: 'session.removed', body: { id: 'a' } }))).toEqual([['b']])
})

it('groups by the day of the last activity', () => {
  const now = new Date(2026, 5, 15, 12)
  const ago = (days: number) => new Date(2026, 5, 15 - days, 9).toISOString()
  const groups = byAge([session('a', ago(0)), session('b', ago(1)), session('c', ago(5)), session('d', ago(30))], now)
  expect(groups.map(({ age }) => age)).toEqual(['today', 'yesterday', 'week', 'older'])
})
