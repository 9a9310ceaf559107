import { describe, expect, it } from 'vitest'
import { formatIn } from './format'

const english = formatIn('en')

describe('numbers', () => {
  it('are grouped, and shortened from a million on', () => {
    expect([english.count(12_345), english.count(1_234_567)]).toEqual(['12,345', '1.23M'])
  })

  it('of bytes carry the unit that keeps them short', () => {
    expect([0, 999, 1_500, 25_000_000, 3_200_000_000].map(english.bytes)).toEqual([
      '0 bytes',
      '999 bytes',
      '1.5 kB',
      '25 MB',
      '3.2 GB',
    ])
  })

  it('of money keep what a small price is made of', () => {
    expect(english.money(12_500_000, 'USD')).toBe('$0.0125')
    expect(english.money(1_234_567_000_000, 'USD')).toBe('$1,234.57')
    expect(english.money(0, 'CNY')).toBe('CN¥0.00')
  })
})

describe('times', () => {
  it('are told by their two largest units', () => {
    expect([0.25, 4.2, 75, 3_600, 90_061].map(english.span)).toEqual([
      '250 ms',
      '4.2 sec',
      '1 min 15 sec',
      '1 hr',
      '1 day 1 hr',
    ])
  })

  it('are told from now', () => {
    const now = Date.parse('2026-01-02T00:00:00Z')
    expect(english.ago('2026-01-01T23:58:30Z', now)).toBe('1 minute ago')
    expect(english.ago('2026-01-05T00:00:00Z', now)).toBe('in 3 days')
    expect(formatIn('zh').ago('2026-01-01T22:00:00Z', now)).toBe('2小时前')
  })
})
