import { expect, it } from 'vitest'
import type { Channel, ChannelKey } from '@/api/types'
import { reasonParts, refusalOf, standingOf } from './standing'

const good: ChannelKey = { id: 'ck_1', last4: 'good', off_reason: null, off_at: null }
const early: ChannelKey = { id: 'ck_2', last4: 'evil', off_reason: 'First.', off_at: '2026-01-01T00:00:00Z' }
const late: ChannelKey = { id: 'ck_3', last4: 'vile', off_reason: 'Second.', off_at: '2026-01-02T00:00:00Z' }

function channel(part: Partial<Channel>): Channel {
  return { enabled: true, keys: [], off_at: null, off_reason: null, ...part } as Channel
}

it('a channel is refused when it is, or when every key is', () => {
  expect(standingOf(channel({}))).toBe('on')
  expect(standingOf(channel({ keys: [good] }))).toBe('on')
  expect(standingOf(channel({ keys: [good, late] }))).toBe('someKeysRefused')
  expect(standingOf(channel({ keys: [early, late] }))).toBe('refused')
  expect(standingOf(channel({ off_at: '2026-01-01T00:00:00Z' }))).toBe('refused')
  expect(standingOf(channel({ off_at: '2026-01-01T00:00:00Z', enabled: false }))).toBe('off')
})

it('the last refusal says why', () => {
  expect(refusalOf(channel({ keys: [late, early] }))).toEqual({ reason: 'Second.', at: '2026-01-02T00:00:00Z' })
  expect(refusalOf(channel({ off_reason: 'Own.', off_at: '2026-01-03T00:00:00Z', keys: [late] }))?.reason).toBe('Own.')
})

it("our own words of a reason can be translated, the provider's stay", () => {
  expect(reasonParts('The provider refused the key. It said: No such key.')).toEqual({
    code: 'key_refused',
    said: 'No such key.',
  })
  expect(reasonParts('Something new.')).toEqual({ code: null, said: 'Something new.' })
})
