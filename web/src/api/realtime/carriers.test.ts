import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { CarrierEvents, Places } from './carrier'
import { PollCarrier, SseCarrier } from './fetchCarrier'
import { SocketCarrier } from './socketCarrier'

let told: unknown[]
let asked: string[]
let answers: (() => Promise<Response>)[]
const events: CarrierEvents = {
  onOpen: () => told.push('open'),
  onSign: () => undefined,
  onFrame: (frame) => told.push(frame),
  onLost: (loss) => told.push(`lost: ${loss}`),
}
const places = new Map<string, number | undefined>()
const given = (): Places => places
const requests = {
  get(address: string, signal: AbortSignal) {
    asked.push(address)
    const answer = answers.shift()
    if (answer) return answer()
    return new Promise<Response>((_, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
    })
  },
}

const json =
  (body: unknown, status = 200) =>
  async () =>
    new Response(JSON.stringify(body), { status })
const settle = () => vi.advanceTimersByTimeAsync(25)

beforeEach(() => {
  vi.useFakeTimers()
  told = []
  asked = []
  answers = []
  places.clear()
  places.set('a', 4)
  places.set('b', undefined)
})
afterEach(() => {
  vi.useRealTimers()
})

it('asks for all streams at once, from where each of them is', async () => {
  const carrier = new SseCarrier(requests, given, events)
  await settle()
  expect(asked).toEqual(['/api/v1/events?stream=a&stream=b&after=a%3A4'])
  places.set('b', 9)
  carrier.ask()
  carrier.leave()
  await settle()
  expect(asked.slice(1)).toEqual(['/api/v1/events?stream=a&stream=b&after=a%3A4%2Cb%3A9'])
  carrier.close()
})

it('opens with the first bytes, passes frames on, and says how it ended', async () => {
  const frames = '{"op":"event","stream":"a","seq":5,"type":"x","body":{},"at":""}'
  const body = `retry: 1000\n\nid: a:5\ndata: ${frames}\n\n: still here\n\ndata: {"op":"close","code":1012}\n\n`
  answers = [async () => new Response(body)]
  new SseCarrier(requests, given, events)
  await settle()
  expect(told).toEqual(['open', { op: 'event', stream: 'a', event: { seq: 5, type: 'x', body: {} } }, 'lost: away'])
})

it.each([
  [401, 'lost: signed_out'],
  [403, 'lost: later'],
  [429, 'lost: later'],
  [502, 'lost: away'],
  [404, 'lost: broken'],
])('takes %i for "%s"', async (status, loss) => {
  answers = [json({}, status)]
  new SseCarrier(requests, given, events)
  await settle()
  expect(told).toEqual([loss])
})

it('tells of a stream that is not there, and goes on with the others', async () => {
  answers = [json({ error: { code: 'stream_not_found', details: { stream: 'b' } } }, 404)]
  const carrier = new SseCarrier(requests, given, events)
  await settle()
  expect(told).toEqual([{ op: 'error', stream: 'b', code: 'stream_not_found' }])
  places.delete('b')
  await settle()
  expect(asked.at(-1)).toBe('/api/v1/events?stream=a&after=a%3A4')
  carrier.close()
})

it('polls at once first, then waits, and turns answers into frames', async () => {
  const answer = {
    events: [{ stream: 'a', seq: 7, first_seq: 5, type: 'x', body: { n: 1 }, at: '' }],
    seq: 7,
    snapshot: null,
    streams: [
      { stream: 'a', seq: 7, snapshot: null },
      { stream: 'b', seq: 2, snapshot: { all: true } },
    ],
    after: '',
  }
  answers = [json(answer)]
  const carrier = new PollCarrier(requests, given, events)
  await settle()
  expect(told).toEqual([
    'open',
    { op: 'subscribed', stream: 'b', seq: 2 },
    { op: 'snapshot', stream: 'b', seq: 2, body: { all: true } },
    { op: 'event', stream: 'a', event: { seq: 7, firstSeq: 5, type: 'x', body: { n: 1 } } },
    { op: 'subscribed', stream: 'a', seq: 7 },
    { op: 'subscribed', stream: 'b', seq: 2 },
  ])
  await settle()
  expect(asked).toEqual([
    '/api/v1/events?wait=0&stream=a&stream=b&after=a%3A4',
    '/api/v1/events?wait=25&stream=a&stream=b&after=a%3A4',
  ])
  carrier.close()
  expect(told.filter((what) => typeof what === 'string')).toEqual(['open'])
})

it('renews a socket with a new ticket, and says when nobody is signed in', async () => {
  const sent: unknown[] = []
  const socket = { readyState: 1, send: (text: string) => sent.push(JSON.parse(text)), close: () => undefined }
  const tickets = ['one', 'two', null]
  const surroundings = {
    ticket: async () => tickets.shift() ?? null,
    socket: () => socket as unknown as WebSocket,
  }
  const carrier = new SocketCarrier(surroundings, events)
  await settle()
  carrier.renew()
  await settle()
  expect(sent).toEqual([{ op: 'authenticate', ticket: 'two' }])
  new SocketCarrier(surroundings, events)
  await settle()
  expect(told).toEqual(['lost: signed_out'])
})
