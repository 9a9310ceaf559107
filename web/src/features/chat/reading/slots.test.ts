import { describe, expect, it } from 'vitest'
import { holds, NEWEST, piecesOf, Slots } from './slots'

const ids = Array.from({ length: 1000 }, (_, at) => `m${at}`)
const NOTHING = new Set<string>()

function drawn(pieces: ReturnType<typeof piecesOf>): string[] {
  return pieces.flatMap((piece) => ('id' in piece ? [piece.id] : []))
}

describe('a long list', () => {
  it('begins with its newest messages, and room for the rest', () => {
    const pieces = piecesOf(ids, NEWEST, NOTHING, new Slots())
    expect(drawn(pieces)).toEqual(ids.slice(-24))
    expect(pieces[0]).toEqual({ first: 'm0', room: 976 * 160 })
  })

  it('takes as much room as all of it would, whatever is drawn', () => {
    const slots = new Slots()
    for (const [at, id] of ids.entries()) slots.keep(id, 40 + (at % 7) * 30)
    for (const span of [NEWEST, { from: 500, to: 540 }, { from: 990, to: 1000 }]) {
      const pieces = piecesOf(ids, span, new Set(['m3', 'm700']), slots)
      const room = pieces.reduce((sum, piece) => sum + ('id' in piece ? slots.of(piece.id) : piece.room), 0)
      expect(room).toBe(slots.above(ids, ids.length))
    }
  })

  it('always draws the newest, and what is to be kept', () => {
    const pieces = piecesOf(ids, { from: 500, to: 502 }, new Set(['m10']), new Slots())
    expect(drawn(pieces)).toEqual(['m10', 'm498', 'm499', 'm999'])
  })

  it('draws the same when older ones arrive above', () => {
    const span = { from: 100, to: 110 }
    const before = drawn(piecesOf(ids.slice(500), span, NOTHING, new Slots()))
    expect(drawn(piecesOf(ids, span, NOTHING, new Slots()))).toEqual(before)
  })

  it('knows what lies between two lines', () => {
    const slots = new Slots()
    for (const id of ids) slots.keep(id, 100)
    expect(slots.at(ids, 250)).toEqual({ at: 2, top: 200 })
    expect(slots.at(ids, -50)).toEqual({ at: 0, top: 0 })
    expect(slots.at(ids, 1e9)).toEqual({ at: 999, top: 99_900 })
    expect(slots.between(ids, 250, 449)).toEqual({ from: 995, to: 998 })
    expect(slots.between([], 0, 100)).toEqual({ from: -1, to: 0 })
  })

  it('is drawn anew only for what is not drawn', () => {
    expect(holds({ from: 10, to: 40 }, { from: 12, to: 40 })).toBe(true)
    expect(holds({ from: 10, to: 40 }, { from: 9, to: 30 })).toBe(false)
    expect(holds({ from: 10, to: 40 }, { from: 20, to: 41 })).toBe(false)
  })
})
