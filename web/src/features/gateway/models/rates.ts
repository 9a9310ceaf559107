/** Rates as they are typed, in units of the currency, and as the server counts them, in billionths. Pure. */
import type { Rates, RatesIn } from '@/api/types'
import { nanoOf, unitsOf } from '@/ui/amounts'

export const TOKEN_RATES = ['input', 'cached_input', 'cache_write', 'output', 'reasoning'] as const
export const OTHER_RATES = ['per_call', 'per_image', 'per_audio_second', 'per_million_characters'] as const
export const MOST_TIERS = 8

export type TokenRate = (typeof TOKEN_RATES)[number]
export type OtherRate = (typeof OTHER_RATES)[number]

export interface TierForm {
  key: number
  above: string
  rates: Record<TokenRate, string>
}

export interface RatesForm {
  rates: Record<TokenRate | OtherRate, string>
  tiers: TierForm[]
}

const MOST_TOKENS = 2 ** 31 - 1

export function emptyTier(key: number): TierForm {
  return { key, above: '', rates: { input: '', cached_input: '', cache_write: '', output: '', reasoning: '' } }
}

/** A new price begins as the one that holds now. */
export function formOf(rates: Rates | undefined): RatesForm {
  const names = [...TOKEN_RATES, ...OTHER_RATES]
  return {
    rates: Object.fromEntries(names.map((name) => [name, unitsOf(rates?.[name])])) as RatesForm['rates'],
    tiers: (rates?.tiers ?? []).map((tier, key) => ({
      key,
      above: String(tier.above),
      rates: Object.fromEntries(TOKEN_RATES.map((name) => [name, unitsOf(tier[name])])) as TierForm['rates'],
    })),
  }
}

/** Names of what is wrong: a rate, or `above` of the tier with that key. */
export function problemsOf(form: RatesForm): Set<string> {
  const wrong = new Set<string>()
  for (const [name, text] of Object.entries(form.rates)) if (nanoOf(text) === undefined) wrong.add(name)
  let last = 0
  for (const { key, above, rates } of form.tiers) {
    const tokens = Number(above)
    const isBound = /^\d{1,10}$/.test(above.trim()) && tokens > last && tokens <= MOST_TOKENS
    if (!isBound) wrong.add(`${key}.above`)
    else last = tokens
    for (const [name, text] of Object.entries(rates)) if (nanoOf(text) === undefined) wrong.add(`${key}.${name}`)
  }
  return wrong
}

/** Whether anything costs anything, or is said to be free. */
export function saysSomething(form: RatesForm): boolean {
  return Object.values(form.rates).some((text) => text.trim() !== '')
}

export function wantedOf(form: RatesForm): RatesIn {
  return {
    ...known(form.rates),
    tiers: form.tiers.map(({ above, rates }) => ({ above: Number(above), ...known(rates) })),
  }
}

function known(rates: Record<string, string>): Record<string, number> {
  const found = Object.entries(rates).map(([name, text]) => [name, nanoOf(text)] as const)
  return Object.fromEntries(found.filter((entry): entry is readonly [string, number] => typeof entry[1] === 'number'))
}
