import { describe, expect, it } from 'vitest'
import { emptyTier, formOf, problemsOf, saysSomething, wantedOf } from './rates'

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
