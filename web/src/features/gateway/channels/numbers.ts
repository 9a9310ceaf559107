/** The numbers of a channel: what they may be and what holds when nothing is given. Pure. */

interface NumberRange {
  least: number
  most: number
  /** What a new channel has. */
  given: number | null
  /** What holds when nothing is given. */
  usual: number | null
}

const SHARE = {
  priority: { least: -100, most: 100, given: 0, usual: 0 },
  weight: { least: 1, most: 1000, given: 1, usual: 1 },
} as const

const A_LIMIT = { least: 1, most: 1_000_000_000, given: null, usual: null } as const
const LIMIT = { calls_per_minute: A_LIMIT, tokens_per_minute: A_LIMIT, parallel_calls: A_LIMIT } as const

const A_DAY = { least: 1, most: 86_400, given: null } as const
const PATIENCE = {
  connect_seconds: { ...A_DAY, usual: 5 },
  first_byte_seconds: { ...A_DAY, usual: 120 },
  idle_seconds: { ...A_DAY, usual: 60 },
  total_seconds: { ...A_DAY, usual: 1800 },
} as const

export const NUMBERS = { ...SHARE, ...LIMIT, ...PATIENCE }

export type NumberName = keyof typeof NUMBERS
export const ALL_NUMBERS = Object.keys(NUMBERS) as NumberName[]
export const SHARES = Object.keys(SHARE) as (keyof typeof SHARE)[]
export const LIMITS = Object.keys(LIMIT) as (keyof typeof LIMIT)[]
export const PATIENCES = Object.keys(PATIENCE) as (keyof typeof PATIENCE)[]

export function rangeOf(name: NumberName): NumberRange {
  return NUMBERS[name]
}
