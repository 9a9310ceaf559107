import { describe, expect, it } from 'vitest'
import { asked } from './filters'

describe('the filters of the audit log', () => {
  it('ask for whole days of the reader’s time zone', () => {
    expect(asked({ since: '2026-03-01', until: '2026-03-01' })).toEqual({
      since: new Date(2026, 2, 1).toISOString(),
      until: new Date(2026, 2, 2).toISOString(),
    })
  })

  it('leave out what is no day, and keep the rest', () => {
    expect(asked({ actor: 'ada@example.org', action: 'key.', since: 'yesterday' })).toEqual({
      actor: 'ada@example.org',
      action: 'key.',
    })
  })
})
