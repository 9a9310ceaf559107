import { describe, expect, it } from 'vitest'
import type { ApiKey } from '@/api/types'
import { addressesOf, changesOf, dayOf, expiresAt, formOf, modelsTyped, newKeyForm, stateOf, wantedOf } from './wish'

const now = new Date('2026-05-04T10:00:00Z')

const key: ApiKey = {
  id: 'key_1',
  name: 'nightly',
  prefix: 'gh-abc',
  scopes: ['models'],
  allowed_addresses: ['10.0.0.0/8'],
  expires_at: null,
  former_until: null,
  created_at: '2026-05-01T00:00:00Z',
  last_used_at: null,
  models: ['a-model'],
  endpoints: [],
  calls_per_minute: 60,
  tokens_per_minute: null,
  parallel_calls: null,
  quota_nano: 1_500_000_000,
  quota_tokens: null,
  quota_period: 'week',
}

describe('a key', () => {
  it('takes addresses as people paste them, each once', () => {
    expect(addressesOf(' 10.0.0.1, 10.0.0.0/8\n\n2001:db8::/32;10.0.0.1 ')).toEqual([
      '10.0.0.1',
      '10.0.0.0/8',
      '2001:db8::/32',
    ])
    expect(addressesOf('  ')).toEqual([])
  })

  it('ends so many days from now', () => {
    expect(expiresAt({ expiry: '7', day: '' }, now)).toBe('2026-05-11T10:00:00.000Z')
    expect(expiresAt({ expiry: 'never', day: '2026-05-05' }, now)).toBeNull()
  })

  it('ends with the chosen day, where its owner is', () => {
    const end = expiresAt({ expiry: 'date', day: '2026-05-20' }, now)
    expect(dayOf(new Date(end ?? ''))).toBe('2026-05-20')
    expect(dayOf(new Date(Date.parse(end ?? '') + 1000))).toBe('2026-05-21')
  })

  it('sends nothing that is as it was', () => {
    expect(changesOf(key, formOf(key), now)).toEqual({})
    const dated = { ...key, expires_at: '2026-05-20T08:30:00Z' }
    expect(changesOf(dated, formOf(dated), now)).toEqual({})
  })

  it('sends what was changed, and that a list was emptied or an end taken away', () => {
    const form = { ...formOf(key), name: ' weekly ', addresses: '' }
    expect(changesOf(key, form, now)).toEqual({ name: 'weekly', allowed_addresses: [] })
    const dated = { ...key, expires_at: '2026-05-20T08:30:00Z' }
    expect(changesOf(dated, { ...formOf(dated), expiry: 'never' }, now)).toEqual({ expires_at: null })
  })

  it('sends the limits that changed, and no other', () => {
    const form = { ...formOf(key), models: [], endpoints: ['/v1/embeddings'] }
    form.limits = { ...form.limits, typed: { ...form.limits.typed, quota_nano: '2.000000001' } }
    expect(changesOf(key, form, now)).toEqual({
      models: [],
      endpoints: ['/v1/embeddings'],
      quota_nano: 2_000_000_001,
    })
  })

  it('that calls no models has no limits of calling them', () => {
    const form = { ...newKeyForm, name: ' reader ', scopes: ['read' as const], models: ['a-model'] }
    expect(wantedOf(form, now)).toMatchObject({ name: 'reader', scopes: ['read'], models: [], quota_nano: null })
    expect(wantedOf({ ...form, scopes: ['models'] }, now)).toMatchObject({ models: ['a-model'] })
  })

  it('takes models as they are typed, each once', () => {
    expect(modelsTyped(' a, b\nb c ', ['c'])).toEqual(['a', 'b'])
  })

  it.each([
    [null, 'good'],
    ['2026-08-01T00:00:00Z', 'good'],
    ['2026-05-06T00:00:00Z', 'expires'],
    ['2026-05-04T09:59:00Z', 'expired'],
  ] as const)('that ends at %s is %s', (expires_at, state) => {
    expect(stateOf({ expires_at }, now)).toBe(state)
  })
})
