import { expect, it } from 'vitest'
import { givingWay, inOrder, landing, moved, within } from './reorder'

const rows = [0, 100, 300, 350].map((top, index, tops) => ({ top, bottom: tops[index + 1] ?? 400 }))

it('a row takes the place of those whose middle it passed, however tall they are', () => {
  expect(landing(rows, 0, 0)).toBe(0)
  expect(landing(rows, 0, 99)).toBe(0) // its lower edge is at 199, the middle of the next at 200
  expect(landing(rows, 0, 101)).toBe(1)
  expect(landing(rows, 0, 1000)).toBe(3)
  expect(landing(rows, 3, -60)).toBe(2)
  expect(landing(rows, 3, -1000)).toBe(0)
})

it('a row is dragged within the list only', () => {
  expect(within(rows, 1, 20)).toBe(20)
  expect(within(rows, 1, 500)).toBe(100)
  expect(within(rows, 1, -500)).toBe(-100)
})

it('the rows between give way by the height of the dragged one', () => {
  expect([0, 1, 2, 3].map((index) => givingWay(index, 1, 3, 200))).toEqual([0, 0, -200, -200])
  expect([0, 1, 2, 3].map((index) => givingWay(index, 3, 1, 50))).toEqual([0, 50, 50, 0])
})

it('an entry moves, the others keep their order', () => {
  expect(moved(['a', 'b', 'c', 'd'], 0, 2)).toEqual(['b', 'c', 'a', 'd'])
  expect(moved(['a', 'b', 'c', 'd'], 3, 1)).toEqual(['a', 'd', 'b', 'c'])
  expect(moved(['a'], 4, 0)).toEqual(['a'])
})

it('what the wanted order does not know comes last', () => {
  const list = ['a', 'b', 'c'].map((id) => ({ id }))
  expect(inOrder(list, ['c', 'a']).map(({ id }) => id)).toEqual(['c', 'a', 'b'])
  expect(inOrder(list, null)).toEqual(list)
})
