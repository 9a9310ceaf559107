import { describe, expect, it } from 'vitest'
import { channelChange, channelWanted, formFromChannel, missingIn } from './channel'

const form = { ...formFromChannel(null, ''), name: ' Team ', kind: 'webhook' as const }

describe('an alert channel', () => {
  it('sends only what its kind takes', () => {
    const full = { ...form, target: ' https://example.org/hook ', secret: 's3cret', private: true }
    expect(channelWanted(full)).toEqual({
      name: 'Team',
      kind: 'webhook',
      target: 'https://example.org/hook',
      secret: 's3cret',
      private: true,
      enabled: true,
    })
    expect(channelWanted({ ...full, kind: 'in_app' })).toEqual({
      name: 'Team',
      kind: 'in_app',
      target: '',
      private: false,
      enabled: true,
    })
  })

  it('keeps its address and secret when they are left empty', () => {
    expect(channelChange(form)).toEqual({ name: 'Team', private: false })
  })

  it('names what is missing before it can be made', () => {
    expect([...missingIn(form, null)]).toEqual(['target', 'secret'])
    expect([...missingIn({ ...form, kind: 'in_app' }, null)]).toEqual([])
    expect([...missingIn({ ...form, kind: 'email', name: '' }, null)]).toEqual(['name', 'target'])
  })
})
