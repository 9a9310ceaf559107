import { expect, it } from 'vitest'
import { partsOf } from './timing'

it('parts add up to the whole', () => {
  const parts = partsOf({ total_us: 1000, ttft_us: 400, overhead_us: 100 })
  expect(parts.map(({ name, microseconds }) => [name, microseconds])).toEqual([
    ['overhead', 100],
    ['waiting', 300],
    ['answering', 600],
  ])
  expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
})

it('what is not known takes no time', () => {
  expect(partsOf({ total_us: 5, ttft_us: null, overhead_us: null })).toEqual([
    { name: 'waiting', microseconds: 5, share: 1 },
  ])
  expect(partsOf({ total_us: 0, ttft_us: null, overhead_us: 0 })).toEqual([])
  expect(partsOf({ total_us: 10, ttft_us: 50, overhead_us: 20 })).toEqual([
    { name: 'overhead', microseconds: 10, share: 1 },
  ])
})
