import { describe, expect, it } from 'vitest'
import { emptyTier, formOf, nanoOf, problemsOf, saysSomething, unitsOf, wantedOf } from './rates'

const none = { per_call: null, per_image: null, per_audio_second: null, per_million_characters: null }
const rates = {
  ...none,
  input: 2_500_000_000,
  cached_input: 1_250_000_000,
  cache_write: null,
  output: 10_000_000_000,
  reasoning: null,
  tiers: [{ above: 200_000, input: 5_000_000_000, cached_input: null, cache_write: null, output: 1, reasoning: null }],
}

describe('rates', () => {
  it('are exact to the billionth, as no float would be', () => {
    expect(['2.5', '0.1', '0.000000001', '8999999.999999999', ' 7 '].map(nanoOf)).toEqual([
      2_500_000_000, 100_000_000, 1, 8_999_999_999_999_999, 7_000_000_000,
    ])
    for (const text of ['0', '0.15', '12.000000001', '9000000']) expect(unitsOf(nanoOf(text))).toBe(text)
  })

  it('are nothing when nothing was typed, and wrong when it is no rate', () => {
    expect(['', '  '].map(nanoOf)).toEqual([null, null])
    const wrong = ['-1', '1,5', '1e3', 'NaN', '.5', '9000001', '0.0000000001', '1 000']
    expect(wrong.map(nanoOf)).toEqual(wrong.map(() => undefined))
  })

  it('are the same after a form has held them', () => {
    expect(wantedOf(formOf(rates))).toEqual({
      input: 2_500_000_000,
      cached_input: 1_250_000_000,
      output: 10_000_000_000,
      tiers: [{ above: 200_000, input: 5_000_000_000, output: 1 }],
    })
    expect(saysSomething(formOf(undefined))).toBe(false)
    expect(saysSomething(formOf(rates))).toBe(true)
  })

  it('name what is wrong, tier by tier', () => {
    const form = formOf(rates)
    form.rates.output = 'much'
    form.tiers.push({ ...emptyTier(1), above: '100000' }, { ...emptyTier(2), above: '300000' }, emptyTier(3))
    expect([...problemsOf(form)]).toEqual(['output', '1.above', '3.above'])
  })
})
