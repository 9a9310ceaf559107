/** Limits of model calls as they are typed, and what is sent of them. Pure. */
import type { Limits, QuotaPeriod } from '@/api/types'
import { MOST_UNITS, nanoOf, numberFrom, unitsOf } from '@/ui/amounts'

export const RATES = ['calls_per_minute', 'tokens_per_minute', 'parallel_calls'] as const
export const QUOTAS = ['quota_nano', 'quota_tokens'] as const
export const PERIODS: QuotaPeriod[] = ['day', 'week', 'month', 'ever']

export type LimitName = (typeof RATES)[number] | (typeof QUOTAS)[number]

const NAMES: readonly LimitName[] = [...RATES, ...QUOTAS]
const A_RATE = { least: 1, most: 2 ** 31 - 1 }
const AN_AMOUNT = { least: 0, most: Number.MAX_SAFE_INTEGER }

export interface LimitsForm {
  /** Money in units of the currency; empty is no limit. */
  typed: Record<LimitName, string>
  period: QuotaPeriod
}

/** A key of `problem` in the words of limits, with its numbers. */
export interface LimitProblem {
  key: 'whole' | 'range' | 'money'
  least: number
  most: number
}

export type LimitProblems = ReadonlyMap<LimitName, LimitProblem>

export function limitsForm(limits: Limits | null): LimitsForm {
  const written = (name: LimitName) => {
    const value = limits?.[name] ?? null
    if (name === 'quota_nano') return unitsOf(value)
    return value === null ? '' : String(value)
  }
  return {
    typed: Object.fromEntries(NAMES.map((name) => [name, written(name)])) as LimitsForm['typed'],
    period: limits?.quota_period ?? 'month',
  }
}

export function limitProblems({ typed }: LimitsForm): LimitProblems {
  const found = new Map<LimitName, LimitProblem>()
  for (const name of NAMES) {
    const problem = problemOf(name, typed[name])
    if (problem) found.set(name, problem)
  }
  return found
}

function problemOf(name: LimitName, text: string): LimitProblem | null {
  if (name === 'quota_nano') {
    return nanoOf(text) === undefined ? { key: 'money', least: 0, most: MOST_UNITS } : null
  }
  const range = name === 'quota_tokens' ? AN_AMOUNT : A_RATE
  const value = numberFrom(text)
  if (value === null) return null
  if (Number.isNaN(value)) return { key: 'whole', ...range }
  return value < range.least || value > range.most ? { key: 'range', ...range } : null
}

/** What is sent of a form without problems. */
export function wantedLimits({ typed, period }: LimitsForm): Limits {
  const value = (name: LimitName) => (name === 'quota_nano' ? nanoOf(typed[name]) : numberFrom(typed[name])) ?? null
  return {
    ...(Object.fromEntries(NAMES.map((name) => [name, value(name)])) as Record<LimitName, number | null>),
    quota_period: period,
  }
}

/** Only what is another than it was. */
export function changedLimits(was: Limits, form: LimitsForm): Partial<Limits> {
  const now = wantedLimits(form)
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => was[name as keyof Limits] !== value))
}

/** How many of these are set. */
export function countSet(form: LimitsForm, names: readonly LimitName[]): number {
  return names.filter((name) => form.typed[name].trim() !== '').length
}

/** How much of a quota has been used, between 0 and 1; a quota of nothing is used up. */
export function shareOf(used: number, quota: number): number {
  return quota <= 0 ? 1 : Math.min(1, used / quota)
}

const NEARLY = 0.8

export function toneOf(share: number): 'plain' | 'warn' | 'bad' {
  if (share >= 1) return 'bad'
  return share >= NEARLY ? 'warn' : 'plain'
}
