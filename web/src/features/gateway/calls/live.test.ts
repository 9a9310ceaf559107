import { expect, it } from 'vitest'
import type { Call, CallPage } from '@/api/types'
import { anchorOf, freshIn, isLong, joined, MOST_ROWS } from './live'

function page(ids: string[], next_cursor: string | null = null): CallPage {
  return { items: ids.map((id) => ({ id }) as Call), next_cursor, looked_back_to: null, currency: 'USD' }
}

function list(...pages: CallPage[]) {
  return { pages, pageParams: pages.map((_, at) => (at === 0 ? null : String(at))) }
}

function ids(data: { pages: CallPage[] }): string[][] {
  return data.pages.map(({ items }) => items.map(({ id }) => id))
}

it('new calls go where they began, also one that took long', () => {
  const before = list(page(['f', 'd', 'b'], 'x'), page(['a']))
  const tail = page(['g', 'f', 'e', 'd'])
  expect(freshIn(before, tail)).toEqual(['g', 'e'])
  expect(ids(joined(before, tail))).toEqual([['g', 'f', 'e', 'd', 'b'], ['a']])
})

it('nothing new leaves the list as it is', () => {
  const before = list(page(['b', 'a']))
  expect(joined(before, page(['b']))).toBe(before)
})

it('an empty list takes what comes, and a gap begins it anew', () => {
  expect(ids(joined(undefined, page(['a'])))).toEqual([['a']])
  expect(ids(joined(list(page(['b']), page(['a'])), page(['z', 'y'], 'more')))).toEqual([['z', 'y']])
})

it('it looks back a little, and knows when it has grown long', () => {
  const many = Array.from({ length: MOST_ROWS + 1 }, (_, at) => `c${at}`)
  expect(anchorOf(undefined)).toBeUndefined()
  expect(anchorOf(list(page(['b', 'a'])))).toBe('a')
  expect(anchorOf(list(page(many)))).toBe('c29')
  expect([isLong(list(page(many))), isLong(list(page(['a'])))]).toEqual([true, false])
})
