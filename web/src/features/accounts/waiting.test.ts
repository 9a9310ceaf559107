import { describe, expect, it } from 'vitest'
import { errorFrom } from '@/api/errors'
import { clockText, secondsUntil } from './waiting'

describe('waiting', () => {
  it.each([
    [5, '0:05'],
    [65, '1:05'],
    [900, '15:00'],
    [3605, '1:00:05'],
  ])('%s seconds are shown as %s', (seconds, text) => {
    expect(clockText(seconds)).toBe(text)
  })

  it('counts whole seconds and ends at nothing', () => {
    expect(secondsUntil(10_000, 8_100)).toBe(2)
    expect(secondsUntil(10_000, 10_000)).toBe(0)
    expect(secondsUntil(10_000, 12_000)).toBe(0)
  })

  it.each([
    ['30', 30],
    ['0.2', 1],
    ['0', null],
    ['soon', null],
    [null, null],
  ])('a Retry-After of %s means %s seconds', (header, seconds) => {
    const response = new Response(null, { status: 429, headers: header === null ? {} : { 'retry-after': header } })
    expect(errorFrom(response, null).retryAfterSeconds).toBe(seconds)
  })
})
