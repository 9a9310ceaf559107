import { afterEach, expect, test, vi } from 'vitest'
import { learnClock, serverNow } from './serverClock'

const NOON = Date.parse('2026-03-01T12:00:00Z')
/** What a server says at this moment, which is up to two seconds old when it is heard. */
const told = (at: number) => new Response(null, { headers: { date: new Date(Number(at) - 2000).toUTCString() } })

afterEach(() => {
  learnClock(told(Date.now()))
  vi.useRealTimers()
})

test('a clock that is days off is put right by what the server says', () => {
  vi.useFakeTimers({ now: NOON + 2 * 86_400_000 })
  learnClock(told(NOON))
  expect(serverNow()).toBe(NOON)
  vi.advanceTimersByTime(1500)
  expect(serverNow()).toBe(NOON + 1500)
})

test('a second or two is how long an answer takes, and nothing is learnt from none', () => {
  vi.useFakeTimers({ now: NOON })
  learnClock(told(NOON - 3000))
  expect(serverNow()).toBe(NOON)
  learnClock(told(NOON - 60_000))
  learnClock(new Response(null))
  learnClock(new Response(null, { headers: { date: 'noon' } }))
  expect(serverNow()).toBe(NOON - 60_000)
})
