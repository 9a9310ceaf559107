import { describe, expect, it } from 'vitest'
import type { AlertRule } from '@/api/types'
import { emptyRule, formFromRule, ruleWanted, standingOf, wrongIn } from './rule'

const rule: AlertRule = {
  id: 'r1',
  name: 'Memory',
  shipped: false,
  metric: 'processes.memory_bytes',
  comparison: 'above',
  threshold: 512_000_000,
  for_seconds: 60,
  repeat_seconds: 3600,
  severity: 'warning',
  enabled: true,
  channel_ids: ['c1'],
  silenced_until: null,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
}

describe('the form of a rule', () => {
  it('asks for megabytes where the server counts bytes', () => {
    const form = formFromRule(rule, 'bytes')
    expect(form.threshold).toBe('512')
    expect(ruleWanted(form, 'bytes')).toMatchObject({ threshold: 512_000_000, for_seconds: 60, channel_ids: ['c1'] })
  })

  it('names what cannot be sent', () => {
    const form = { ...emptyRule('jobs.failed'), for_seconds: '-1' }
    expect([...wrongIn(form)]).toEqual(['name', 'threshold', 'for_seconds'])
    expect(wrongIn({ ...form, name: 'Jobs', threshold: '0', for_seconds: '0' }).size).toBe(0)
  })
})

describe('a rule', () => {
  const now = Date.parse('2026-06-01T00:00:00Z')

  it('is firing before it is pending, and quiet without an alert', () => {
    const open = [
      { rule_id: 'r1', state: 'pending' },
      { rule_id: 'r1', state: 'firing' },
    ]
    expect(standingOf(rule, open, now)).toBe('firing')
    expect(standingOf(rule, open.slice(0, 1), now)).toBe('pending')
    expect(standingOf(rule, [{ rule_id: 'other', state: 'firing' }], now)).toBe('quiet')
  })

  it('is silenced only until its silence ends', () => {
    expect(standingOf({ ...rule, silenced_until: '2026-06-01T01:00:00Z' }, [], now)).toBe('silenced')
    expect(standingOf({ ...rule, silenced_until: '2026-05-01T01:00:00Z' }, [], now)).toBe('quiet')
    expect(standingOf({ ...rule, enabled: false }, [], now)).toBe('off')
  })
})
