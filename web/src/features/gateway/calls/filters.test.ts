import { expect, it } from 'vitest'
import { asked } from './filters'

it('days are the reader’s own, and the last one counts in full', () => {
  const { since, until } = asked({ since: '2026-03-01', until: '2026-03-01' })
  expect(since).toBe(new Date(2026, 2, 1).toISOString())
  expect(until).toBe(new Date(2026, 2, 2).toISOString())
})

it('what the server would not take is left out', () => {
  expect(asked({ since: 'soon', outcome: 'odd', status: 'many' })).toEqual({})
})

it('the rest goes as it is', () => {
  expect(asked({ outcome: 'failed', stream: 'no', status: '429', model: 'm', request: 'call_1' })).toEqual({
    outcome: 'failed',
    stream: false,
    status: 429,
    model: 'm',
    request: 'call_1',
  })
})
