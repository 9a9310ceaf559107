import { expect, it } from 'vitest'
import type { Session } from '@/api/types'
import { byAge, MAIN, reduceSessionPages, type SessionPages, withSession } from './sessionPages'

function session(id: string, activity_at: string, change: Partial<Session> = {}): Session {
  const base = {
    id,
    title: id,
    model: null,
    engine: 'builtin',
    state: 'idle' as const,
    head_id: null,
    is_queue_held: false,
    is_pinned: false,
    is_archived: false,
    folder_id: null,
    tags: [],
    forked_from_id: null,
  }
  const manner = { mode: 'ask' as const, workspace_id: null, instructions: null, parameters: null }
  const limits = { most_calls: null, most_cost_nano: null, servers_off: null }
  return { ...base, ...manner, ...limits, activity_at, created_at: activity_at, updated_at: activity_at, ...change }
}

function pages(...lists: Session[][]): SessionPages {
  const last = lists.length - 1
  return {
    pages: lists.map((items, index) => ({ items, next_cursor: index === last ? 'more' : 'next', end: items.at(-1) })),
    pageParams: lists.map(() => null),
  }
}

const ids = (data: SessionPages) => data.pages.map((page) => page.items.map(({ id }) => id))

it('moves a session with new activity to the top, from any page', () => {
  const before = pages([session('a', '5'), session('b', '4')], [session('c', '3')])
  expect(ids(withSession(before, session('c', '6'), MAIN))).toEqual([['c', 'a', 'b'], []])
})

it('keeps the place of a session that was only renamed', () => {
  const before = pages([session('a', '5'), session('b', '4'), session('c', '3')])
  const after = withSession(before, session('b', '4', { title: 'new' }), MAIN)
  expect(ids(after)).toEqual([['a', 'b', 'c']])
  expect(after.pages[0]?.items[1]?.title).toBe('new')
})

it('leaves a session older than what was read to the page that brings it', () => {
  expect(ids(withSession(pages([session('a', '5')]), session('z', '1'), MAIN))).toEqual([['a']])
})

it('shows the first session of all', () => {
  const empty: SessionPages = { pages: [{ items: [], next_cursor: null }], pageParams: [null] }
  expect(ids(withSession(empty, session('a', '5'), MAIN))).toEqual([['a']])
})

it('takes a removed session out', () => {
  const before = pages([session('a', '5'), session('b', '4')])
  expect(ids(reduceSessionPages(before, { seq: 1, type: 'session.removed', body: { id: 'a' } }, MAIN))).toEqual([['b']])
})

it('puts a pinned session before all others, and back when it is unpinned', () => {
  const before = pages([session('p', '1', { is_pinned: true }), session('a', '5'), session('b', '4')])
  const after = withSession(before, session('b', '4', { is_pinned: true }), MAIN)
  expect(ids(after)).toEqual([['b', 'p', 'a']])
  expect(ids(withSession(after, session('b', '4'), MAIN))).toEqual([['p', 'a', 'b']])
})

it('keeps the last session that was read when it leaves the list and comes back', () => {
  const before = pages([session('a', '5'), session('b', '4')])
  const away = withSession(before, session('b', '4', { is_archived: true }), MAIN)
  expect(ids(away)).toEqual([['a']])
  expect(ids(withSession(away, session('b', '4'), MAIN))).toEqual([['a', 'b']])
  expect(ids(withSession(away, session('c', '3'), MAIN))).toEqual([['a']])
})

it('takes an archived session out of the list and into the archive', () => {
  const archived = session('a', '5', { is_archived: true })
  expect(ids(withSession(pages([session('a', '5'), session('b', '4')]), archived, MAIN))).toEqual([['b']])
  const empty: SessionPages = { pages: [{ items: [], next_cursor: null }], pageParams: [null] }
  const shelf = withSession(empty, archived, { archived: true })
  expect(ids(shelf)).toEqual([['a']])
  expect(ids(withSession(shelf, session('a', '5'), { archived: true }))).toEqual([[]])
})

it('groups by the day of the last activity', () => {
  const now = new Date(2026, 5, 15, 12)
  const ago = (days: number) => new Date(2026, 5, 15 - days, 9).toISOString()
  const groups = byAge(
    [
      session('a', ago(0)),
      session('b', ago(1)),
      session('c', ago(5)),
      session('d', ago(30)),
      session('p', ago(9), { is_pinned: true }),
    ],
    now,
  )
  expect(groups.map(({ age }) => age)).toEqual(['pinned', 'today', 'yesterday', 'week', 'older'])
})
