import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Carrier, CarrierEvents, Places } from './carrier'
import type { Rung } from './ladder'
import type { ServerFrame, StreamEvent } from './protocol'
import { Realtime } from './realtime'

class FakeCarrier implements Carrier {
  sent: unknown[] = []
  closed = false
  constructor(
    readonly rung: Rung,
    readonly places: () => Places,
    readonly events: CarrierEvents,
  ) {}
  ask(stream: string, after: number | undefined) {
    this.sent.push(['ask', stream, after])
  }
  leave(stream: string) {
    this.sent.push(['leave', stream])
  }
  ping() {
    this.sent.push('ping')
  }
  renew() {
    this.sent.push('renew')
  }
  close() {
    this.closed = true
  }
  says(...frames: ServerFrame[]) {
    for (const frame of frames) {
      this.events.onSign()
      this.events.onFrame(frame)
    }
  }
}

let carriers: FakeCarrier[]

const line = () =>
  new Realtime({
    start: (rung, places, events) => {
      const carrier = new FakeCarrier(rung, places, events)
      carriers.push(carrier)
      return carrier
    },
    random: () => 1,
  })

const newest = (): FakeCarrier => {
  const carrier = carriers.at(-1)
  if (!carrier) throw new Error('nothing was started')
  return carrier
}

const recorder = () => {
  const seen: unknown[] = []
  return {
    seen,
    onSnapshot: (body: unknown) => seen.push(['snapshot', body]),
    onEvent: (event: StreamEvent) => seen.push([event.type, event.seq]),
    onStartedAnew: (seq: number) => seen.push(['anew', seq]),
    onRefused: (code: string) => seen.push(['refused', code]),
  }
}

const subscribed = (seq: number): ServerFrame => ({ op: 'subscribed', stream: 's', seq })
const event = (seq: number, firstSeq?: number): ServerFrame => ({
  op: 'event',
  stream: 's',
  event: { seq, firstSeq, type: 'x', body: {} },
})

function opened(realtime: Realtime, handler = recorder()) {
  realtime.follow('s', handler)
  newest().events.onOpen()
  return newest()
}

/** Fail until the line has stepped down to this rung, and open it there. */
function fallTo(realtime: Realtime, rung: Rung): FakeCarrier {
  for (let i = 0; i < 8 && newest().rung !== rung; i += 1) {
    newest().events.onLost('broken')
    vi.advanceTimersByTime(600)
  }
  newest().events.onOpen()
  expect(realtime.carrier()).toBe(rung)
  return newest()
}

beforeEach(() => {
  vi.useFakeTimers()
  carriers = []
})
afterEach(() => {
  vi.useRealTimers()
})

it('subscribes without a place first, and passes the snapshot and what follows it', () => {
  const handler = recorder()
  const carrier = opened(line(), handler)
  expect(carrier.sent).toEqual([['ask', 's', undefined]])
  carrier.says(subscribed(7), { op: 'snapshot', stream: 's', seq: 7, body: 'now' }, event(8))
  expect(handler.seen).toEqual([
    ['anew', 7],
    ['snapshot', 'now'],
    ['x', 8],
  ])
})

it('drops what it has seen already', () => {
  const handler = recorder()
  opened(line(), handler).says(subscribed(1), event(2), event(2))
  expect(handler.seen).toEqual([
    ['anew', 1],
    ['x', 2],
  ])
})

it('asks again from the last event seen when one is missing, and takes nothing until then', () => {
  const handler = recorder()
  const carrier = opened(line(), handler)
  carrier.says(subscribed(1), event(3), event(4))
  expect(carrier.sent.slice(1)).toEqual([['ask', 's', 1]])
  carrier.says(subscribed(1), event(2), event(3), event(4))
  expect(handler.seen.slice(1)).toEqual([
    ['x', 2],
    ['x', 3],
    ['x', 4],
  ])
})

it('takes an event that stands for several as all of them, and asks anew when it knows some already', () => {
  const handler = recorder()
  const carrier = opened(line(), handler)
  carrier.says(subscribed(1), event(5, 2), event(6))
  expect(handler.seen.slice(1)).toEqual([
    ['x', 5],
    ['x', 6],
  ])
  carrier.says(event(9, 5))
  expect(carrier.sent.at(-1)).toEqual(['ask', 's', 6])
})

it('comes back after a drop and goes on where it was', () => {
  const realtime = line()
  opened(realtime).says(subscribed(4), event(5))
  newest().events.onLost('broken')
  vi.advanceTimersByTime(500)
  newest().events.onOpen()
  expect(newest().sent).toEqual([['ask', 's', 5]])
})

it('waits longer each time while the server is away, and keeps to the best way', () => {
  const realtime = line()
  realtime.follow('s', recorder())
  for (const wait of [500, 1000, 2000]) {
    const count = carriers.length
    newest().events.onLost('away')
    vi.advanceTimersByTime(wait - 1)
    expect(carriers.length).toBe(count)
    vi.advanceTimersByTime(1)
    expect(carriers.length).toBe(count + 1)
  }
  expect(new Set(carriers.map((carrier) => carrier.rung))).toEqual(new Set(['websocket']))
})

it('steps down when the best way does not open, first to server-sent events, then to long poll', () => {
  const realtime = line()
  realtime.follow('s', recorder())
  fallTo(realtime, 'sse')
  expect(realtime.state()).toBe('open')
  newest().events.onLost('broken')
  vi.advanceTimersByTime(600)
  fallTo(realtime, 'poll')
})

it('takes a handshake without an answer for a failure', () => {
  const realtime = line()
  realtime.follow('s', recorder())
  vi.advanceTimersByTime(6000)
  expect([realtime.state(), newest().closed]).toEqual(['waiting', true])
  vi.advanceTimersByTime(7000)
  expect(realtime.carrier()).toBe('sse')
})

it('climbs back up without missing or repeating anything', () => {
  const handler = recorder()
  const realtime = line()
  realtime.follow('s', handler)
  const lower = fallTo(realtime, 'sse')
  lower.says(subscribed(1), event(2))
  vi.advanceTimersByTime(30_000)
  const candidate = newest()
  expect(candidate.rung).toBe('websocket')
  lower.says(event(3))
  candidate.events.onOpen()
  expect([realtime.carrier(), lower.closed, candidate.sent]).toEqual(['websocket', true, [['ask', 's', 3]]])
  candidate.says(subscribed(3), event(3), event(4))
  expect(handler.seen.slice(1)).toEqual([
    ['x', 2],
    ['x', 3],
    ['x', 4],
  ])
})

it('stays on the lower rung when climbing fails, and tries again later', () => {
  const realtime = line()
  realtime.follow('s', recorder())
  const lower = fallTo(realtime, 'sse')
  const beat = setInterval(() => lower.events.onSign(), 5000)
  vi.advanceTimersByTime(30_000)
  newest().events.onLost('broken')
  expect([realtime.carrier(), realtime.state(), lower.closed]).toEqual(['sse', 'open', false])
  const count = carriers.length
  vi.advanceTimersByTime(59_000)
  expect(carriers.length).toBe(count)
  vi.advanceTimersByTime(1000)
  expect(newest().rung).toBe('websocket')
  vi.advanceTimersByTime(6000) // no answer at all
  expect([newest().closed, realtime.state()]).toEqual([true, 'open'])
  clearInterval(beat)
})

it('tries the best way again at once on another network', () => {
  const realtime = line()
  realtime.follow('s', recorder())
  fallTo(realtime, 'poll')
  realtime.networkChanged()
  expect(newest().rung).toBe('websocket')
})

it('takes thirty silent seconds for a dead line', () => {
  const realtime = line()
  const carrier = opened(realtime)
  vi.advanceTimersByTime(25_000)
  expect(carrier.sent).toContain('ping')
  expect(realtime.state()).toBe('open')
  vi.advanceTimersByTime(20_000)
  expect(realtime.state()).not.toBe('open')
})

it('reconnects at once when the tab comes back', () => {
  const realtime = line()
  opened(realtime).events.onLost('broken')
  expect(realtime.state()).toBe('waiting')
  realtime.wake()
  expect(realtime.state()).toBe('connecting')
})

it('hangs up with the last stream, and when nobody is signed in', () => {
  const realtime = line()
  const leave = realtime.follow('s', recorder())
  newest().events.onOpen()
  leave()
  expect([realtime.state(), realtime.carrier(), newest().closed]).toEqual(['off', 'off', true])
  opened(realtime).events.onLost('signed_out')
  expect(realtime.state()).toBe('off')
})

it('lets several follow one stream, and asks for a snapshot when one more joins', () => {
  const [first, second] = [recorder(), recorder()]
  const realtime = line()
  const carrier = opened(realtime, first)
  carrier.says(subscribed(3), event(4))
  const leave = realtime.follow('s', second)
  expect(carrier.sent.at(-1)).toEqual(['ask', 's', undefined])
  carrier.says(event(5), subscribed(5), { op: 'snapshot', stream: 's', seq: 5, body: 'b' }, event(6))
  expect(second.seen).toEqual([
    ['anew', 5],
    ['snapshot', 'b'],
    ['x', 6],
  ])
  expect(first.seen.slice(-3)).toEqual(second.seen)
  leave()
  expect(carrier.sent.at(-1)).not.toEqual(['leave', 's'])
})

it('does not ask again for a stream that is not there, but does when the server could not say', () => {
  const handler = recorder()
  const realtime = line()
  const carrier = opened(realtime, handler)
  carrier.says({ op: 'error', stream: 's', code: 'database_unavailable' })
  vi.advanceTimersByTime(2000)
  expect(carrier.sent.length).toBe(2)
  carrier.says({ op: 'error', stream: 's', code: 'stream_not_found' })
  expect(handler.seen).toEqual([['refused', 'stream_not_found']])
  expect(carrier.places().size).toBe(0)
})

it('goes on under a renewed sign-in without a new connection', () => {
  const realtime = line()
  const carrier = opened(realtime)
  realtime.renew()
  expect([carrier.sent.at(-1), carriers.length]).toEqual(['renew', 1])
})
