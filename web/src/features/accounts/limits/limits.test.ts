import { describe, expect, it } from 'vitest'
import type { Limits } from '@/api/types'
import {
  changedLimits,
  countSet,
  limitProblems,
  limitsForm,
  QUOTAS,
  RATES,
  shareOf,
  toneOf,
  wantedLimits,
} from './limits'

const none: Limits = {
  calls_per_minute: null,
  tokens_per_minute: null,
  parallel_calls: null,
  quota_nano: null,
  quota_tokens: null,
  quota_period: 'month',
}

const some: Limits = {
  calls_per_minute: 60,
  tokens_per_minute: 2 ** 31 - 1,
  parallel_calls: 1,
  quota_nano: 12_500_000_001,
  quota_tokens: Number.MAX_SAFE_INTEGER,
  quota_period: 'week',
}

function filled(typed: Partial<ReturnType<typeof limitsForm>['typed']>) {
  const form = limitsForm(null)
  return { ...form, typed: { ...form.typed, ...typed } }
}

describe('limits', () => {
  it('are the same after a form has held them, to the last billionth and token', () => {
    for (const limits of [none, some]) expect(wantedLimits(limitsForm(limits))).toEqual(limits)
    expect(limitsForm(some).typed.quota_nano).toBe('12.500000001')
    expect(limitProblems(limitsForm(some)).size).toBe(0)
  })

  it('are none where nothing is typed, and money where it is typed with a point', () => {
    expect(wantedLimits(limitsForm(null))).toEqual(none)
    const wanted = wantedLimits(filled({ quota_nano: '0.1', calls_per_minute: '1,000', quota_tokens: '0' }))
    expect([wanted.quota_nano, wanted.calls_per_minute, wanted.quota_tokens]).toEqual([100_000_000, 1000, 0])
  })

  it('say what is wrong, each of them', () => {
    const form = filled({
      calls_per_minute: '0',
      tokens_per_minute: '1.5',
      parallel_calls: '2147483648',
      quota_nano: '12,50',
      quota_tokens: '9007199254740993',
    })
    expect([...limitProblems(form)].map(([name, { key }]) => `${name} ${key}`)).toEqual([
      'calls_per_minute range',
      'tokens_per_minute whole',
      'parallel_calls range',
      'quota_nano money',
      'quota_tokens range',
    ])
  })

  it('are sent only as far as they changed; one that was emptied is taken away', () => {
    expect(changedLimits(some, limitsForm(some))).toEqual({})
    const form = limitsForm(some)
    form.typed.calls_per_minute = ''
    form.period = 'day'
    expect(changedLimits(some, form)).toEqual({ calls_per_minute: null, quota_period: 'day' })
    expect([countSet(form, RATES), countSet(form, QUOTAS)]).toEqual([2, 2])
  })

  it('are used up from nothing to everything', () => {
    expect([shareOf(0, 10), shareOf(8, 10), shareOf(11, 10), shareOf(0, 0)]).toEqual([0, 0.8, 1, 1])
    expect([0.79, 0.8, 1].map(toneOf)).toEqual(['plain', 'warn', 'bad'])
  })
})
