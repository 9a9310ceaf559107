import { describe, expect, it } from 'vitest'
import { nanoOf, numberFrom, unitsOf } from './amounts'

describe('money', () => {
  it('is exact to the billionth, as no float would be', () => {
    expect(['2.5', '0.1', '0.000000001', '8999999.999999999', ' 7 '].map(nanoOf)).toEqual([
      2_500_000_000, 100_000_000, 1, 8_999_999_999_999_999, 7_000_000_000,
    ])
    for (const text of ['0', '0.15', '12.000000001', '9000000']) expect(unitsOf(nanoOf(text))).toBe(text)
  })

  it('is nothing when nothing was typed, and wrong when it is no amount', () => {
    expect(['', '  '].map(nanoOf)).toEqual([null, null])
    const wrong = ['-1', '1,5', '1e3', 'NaN', '.5', '9000001', '0.0000000001', '1 000']
    expect(wrong.map(nanoOf)).toEqual(wrong.map(() => undefined))
  })
})

describe('a whole number', () => {
  it('may have separators of thousands', () => {
    expect(['60', ' 1,000 ', '1 000 000', "12'345", '1_000', '1,0000', '−5'].map(numberFrom)).toEqual([
      60, 1000, 1_000_000, 12_345, 1000, 10_000, -5,
    ])
    expect(numberFrom(' ')).toBeNull()
  })

  it('is not made out of what is none', () => {
    const wrong = ['1,5', '1.5', '1e3', '0x10', 'many', '1,,000', ',000', '1,000,']
    expect(wrong.map(numberFrom)).toEqual(wrong.map(() => Number.NaN))
  })
})
