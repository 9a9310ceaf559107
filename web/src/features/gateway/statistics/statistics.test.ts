import { describe, expect, it } from 'vitest'
import { asked, lastWeek, wantedOf } from './filters'
import { labelsOf, outcomesOf } from './points'
import { partsOf, wholeOf } from './shares'
import { trendOf } from './trend'

const now = new Date(2026, 6, 15, 10, 20)
const local = (month: number, day: number) => new Date(2026, month - 1, day).toISOString()

describe('the period that is asked for', () => {
  it('is whole days of the reader up to now', () => {
    expect(asked({ range: 'today' }, now, 'Europe/Berlin')).toEqual({
      zone: 'Europe/Berlin',
      since: local(7, 15),
      until: now.toISOString(),
    })
    expect(asked({}, now, 'UTC').since).toBe(local(7, 9))
    expect(asked({ range: '30' }, now, 'UTC').since).toBe(local(6, 16))
    expect(asked({ range: 'nonsense' }, now, 'UTC').since).toBe(local(7, 9))
  })

  it('is from one day to another, the last one in full', () => {
    const wanted = { range: 'custom', since: '2026-03-01', until: '2026-03-31' }
    expect(asked(wanted, now, 'UTC')).toEqual({ zone: 'UTC', since: local(3, 1), until: local(4, 1) })
    expect(asked({ range: 'custom' }, now, 'UTC').until).toBe(now.toISOString())
    expect(lastWeek(now)).toEqual({ since: '2026-07-09', until: '2026-07-15' })
  })

  it('is narrowed by what the address names, and knows nothing of how it is shown', () => {
    const wanted = wantedOf({ view: 'cost', by: 'keys', since: '2026-01-01', model: 'm', channel: 'ch_1' })
    expect(wanted).toEqual({ model: 'm', channel: 'ch_1' })
    expect(asked(wanted, now, 'UTC')).toMatchObject({ model: 'm', channel_id: 'ch_1' })
  })
})

describe('a trend', () => {
  it('says how much more or less, and whether that is welcome', () => {
    expect(trendOf(12, 10, 'good')).toEqual({ share: 0.2, direction: 'up', tone: 'good' })
    expect(trendOf(5, 10, 'good')).toEqual({ share: -0.5, direction: 'down', tone: 'bad' })
    expect(trendOf(0.02, 0.01, 'bad')).toMatchObject({ direction: 'up', tone: 'bad' })
    expect(trendOf(0.01, 0.02, 'bad')).toMatchObject({ direction: 'down', tone: 'good' })
    expect(trendOf(7, 5, 'plain')).toMatchObject({ direction: 'up', tone: 'plain' })
    expect(trendOf(5, 5, 'good')).toMatchObject({ direction: 'same', tone: 'plain' })
  })

  it('has no share of nothing, and is none of what nobody knows', () => {
    expect(trendOf(5, 0, 'bad')).toEqual({ share: null, direction: 'up', tone: 'bad' })
    expect(trendOf(0, 0, 'good')).toBeNull()
    expect(trendOf(null, 3, 'good')).toBeNull()
    expect(trendOf(3, null, 'good')).toBeNull()
  })
})

const figures = {
  calls: 10,
  errors: 2,
  refused: 1,
  error_share: 0.2,
  input_tokens: 0,
  cached_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  cost_nano: null,
  unpriced: 0,
  mean_seconds: null,
  duration: null,
  first_token: null,
}

describe('a series', () => {
  it('parts calls into answered, failed and refused', () => {
    expect(outcomesOf([{ ...figures, at: '2026-01-01T00:00:00Z' }])).toEqual({
      answered: [7],
      failed: [2],
      refused: [1],
    })
  })

  it('has a label of its own for an hour that comes twice', () => {
    const at = new Date(2026, 6, 1, 2).toISOString()
    const labels = labelsOf({ step: 'hour', series: [at, at].map((one) => ({ ...figures, at: one })) }, 'en')
    expect(new Set(labels).size).toBe(2)
    expect(labelsOf({ step: 'day', series: [{ ...figures, at }] }, 'en')).toEqual(['Jul 1'])
  })
})

describe('shares', () => {
  const row = (id: string, calls: number) => ({
    ...figures,
    id,
    name: id,
    note: null,
    share: { calls, tokens: null, cost: null },
  })
  const name = ({ id }: { id: string }) => id

  it('are shown for the largest, and the rest is one', () => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => row(id, 0.1))
    const others = { ...figures, names: 3, share: { calls: 0.4, tokens: null, cost: null } }
    const parts = partsOf({ rows, others }, 'calls', name, (names) => `${names} others`)
    expect(parts.map(({ label }) => label)).toEqual(['a', 'b', 'c', 'd', 'e', '4 others'])
    expect(parts.at(-1)?.share).toBeCloseTo(0.5)
  })

  it('are left out where nobody knows them', () => {
    expect(partsOf({ rows: [row('a', 1)], others: null }, 'cost', name, String)).toEqual([])
    expect([wholeOf('tokens'), wholeOf('cost'), wholeOf('seconds')]).toEqual(['tokens', 'cost', 'calls'])
  })
})
