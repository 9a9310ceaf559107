import { expect, it } from 'vitest'
import { above, climbMs, type Happening, type Ladder, RUNGS, step, TOP, waitMs } from './ladder'

const lost = (blame: 'carrier' | 'server' | 'later'): Happening => ({ kind: 'lost', blame })
const after = (...happenings: Happening[]): Ladder => happenings.reduce(step, TOP)
const times = (count: number, happening: Happening) => Array.from({ length: count }, () => happening)

it('steps down after two failures of the way itself, and tries the next one at once', () => {
  expect(after(lost('carrier')).rung).toBe('websocket')
  const second = after(...times(2, lost('carrier')))
  expect(second.rung).toBe('sse')
  expect(waitMs(second, 1)).toBe(0)
  expect(after(...times(4, lost('carrier'))).rung).toBe('poll')
})

it('stays where it is while the server is away, and waits longer each time', () => {
  const ladders = [1, 2, 3, 20].map((count) => after(...times(count, lost('server'))))
  expect(ladders.map((ladder) => ladder.rung)).toEqual(Array(4).fill('websocket'))
  expect(ladders.map((ladder) => waitMs(ladder, 1))).toEqual([500, 1000, 2000, 30_000])
})

it('forgives failures once the way has worked', () => {
  const ladder = after(lost('carrier'), { kind: 'worked' }, lost('carrier'))
  expect([ladder.rung, ladder.failures]).toEqual(['websocket', 1])
})

it('begins at the top again when even the last way fails, instead of being stuck', () => {
  const ladder = after(...times(8, lost('carrier')))
  expect(ladder.rung).toBe('websocket')
  expect(waitMs(ladder, 1)).toBeGreaterThan(0)
})

it('climbs one rung at a time, and tries less often the more often it was in vain', () => {
  const low = after(...times(4, lost('carrier')))
  expect(step(low, { kind: 'climbed' }).rung).toBe('sse')
  expect(step(step(low, { kind: 'climbed' }), { kind: 'climbed' }).rung).toBe('websocket')
  const vain = [0, 1, 2, 9].map((count) => times(count, { kind: 'not_climbed' }).reduce(step, low))
  expect(vain.map(climbMs)).toEqual([30_000, 60_000, 120_000, 600_000])
  expect(above('websocket')).toBeUndefined()
})

it('takes a change of network for a new beginning', () => {
  expect(step(after(...times(4, lost('carrier'))), { kind: 'network_changed' })).toEqual(TOP)
})

it('does as it is told when the server asks for patience', () => {
  expect(waitMs(after(lost('later')), 1)).toBe(30_000)
})

it('keeps every rung reachable and every wait within bounds, whatever happens', () => {
  let seed = 7
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const all: Happening[] = [
    lost('carrier'),
    lost('server'),
    lost('later'),
    { kind: 'worked' },
    { kind: 'climbed' },
    { kind: 'not_climbed' },
    { kind: 'network_changed' },
  ]
  const seen = new Set<string>()
  let ladder = TOP
  for (let i = 0; i < 5000; i += 1) {
    ladder = step(ladder, all[Math.floor(random() * all.length)] as Happening)
    seen.add(ladder.rung)
    expect(RUNGS).toContain(ladder.rung)
    expect(waitMs(ladder, random())).toBeLessThanOrEqual(30_000)
    expect(climbMs(ladder)).toBeLessThanOrEqual(600_000)
  }
  expect(seen.size).toBe(3)
})
