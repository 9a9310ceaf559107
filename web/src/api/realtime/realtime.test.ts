import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Realtime } from './realtime'

class FakeSocket {
  readyState = 1
  sent: unknown[] = []
  onopen: (() => void) | null = null
  onmessage: ((message: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.readyState = 3
  }
  says(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

let sockets: FakeSocket[]
let ticket: () => Promise<string | null>

function line() {
  return new Realtime({
    ticket: () => ticket(),
    open: () => {
      const socket = new FakeSocket()
      sockets.push(socket)
      return socket as unknown as WebSocket
    },
    random: () => 1,
  })
}

const recorder = () => {
  const seen: unknown[] = []
  return {
    seen,
    onSnapshot: (body: unknown) => seen.push(['snapshot', body]),
    onEvent: (event: { type: string; seq: number | null }) => seen.push([event.type, event.seq]),
    onStartedAnew: (seq: number) => seen.push(['anew', seq]),
  }
}

async function opened(index = 0): Promise<FakeSocket> {
  await vi.advanceTimersByTimeAsync(0)
  const socket = sockets[index]
  if (!socket) throw new Error('no socket was opened')
  socket.onopen?.()
  return socket
}

const event = (seq: number, type = 'x') => ({ op: 'event', stream: 's', seq, type, body: {}, at: '' })

beforeEach(() => {
  vi.useFakeTimers()
  sockets = []
  ticket = async () => 'ticket'
})
afterEach(() => {
  vi.useRealTimers()
})

it('subscribes without a place first, and passes the snapshot and what follows it', async () => {
  const handler = recorder()
  line().follow('s', handler)
  const socket = await opened()
  expect(socket.sent).toEqual([{ op: 'subscribe', stream: 's' }])
  socket.says({ op: 'subscribed', stream: 's', seq: 7 })
  socket.says({ op: 'snapshot', stream: 's', seq: 7, body: 'now' })
  socket.says(event(8))
  expect(handler.seen).toEqual([
    ['anew', 7],
    ['snapshot', 'now'],
    ['x', 8],
  ])
})

it('drops what it has seen already', async () => {
  const handler = recorder()
  line().follow('s', handler)
  const socket = await opened()
  socket.says({ op: 'subscribed', stream: 's', seq: 1 })
  socket.says(event(2))
  socket.says(event(2))
  expect(handler.seen).toEqual([
    ['anew', 1],
    ['x', 2],
  ])
})

it('asks again from the last event seen when one is missing, and takes nothing until then', async () => {
  const handler = recorder()
  line().follow('s', handler)
  const socket = await opened()
  socket.says({ op: 'subscribed', stream: 's', seq: 1 })
  socket.says(event(3))
  socket.says(event(4))
  expect(socket.sent.slice(1)).toEqual([{ op: 'subscribe', stream: 's', after: 1 }])
  socket.says({ op: 'subscribed', stream: 's', seq: 1 })
  for (const seq of [2, 3, 4]) socket.says(event(seq))
  expect(handler.seen.slice(1)).toEqual([
    ['x', 2],
    ['x', 3],
    ['x', 4],
  ])
})

it('comes back after a drop and goes on where it was', async () => {
  const handler = recorder()
  line().follow('s', handler)
  const socket = await opened()
  socket.says({ op: 'subscribed', stream: 's', seq: 4 })
  socket.says(event(5))
  socket.onclose?.()
  await vi.advanceTimersByTimeAsync(500)
  const second = await opened(1)
  expect(second.sent).toEqual([{ op: 'subscribe', stream: 's', after: 5 }])
})

it('waits longer after each failure', async () => {
  ticket = () => Promise.reject(new Error('away'))
  const asked = vi.fn(ticket)
  ticket = asked
  line().follow('s', recorder())
  await vi.advanceTimersByTimeAsync(0)
  await vi.advanceTimersByTimeAsync(500)
  expect(asked).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(999)
  expect(asked).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(1)
  expect(asked).toHaveBeenCalledTimes(3)
})

it('gives up a handshake after ten seconds', async () => {
  const realtime = line()
  realtime.follow('s', recorder())
  await vi.advanceTimersByTimeAsync(0)
  expect(realtime.state()).toBe('connecting')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(realtime.state()).toBe('waiting')
  expect(sockets[0]?.readyState).toBe(3)
})

it('takes thirty silent seconds for a dead line', async () => {
  const realtime = line()
  realtime.follow('s', recorder())
  const socket = await opened()
  await vi.advanceTimersByTimeAsync(25_000)
  expect(socket.sent).toContainEqual({ op: 'ping' })
  expect(realtime.state()).toBe('open')
  await vi.advanceTimersByTimeAsync(20_000)
  expect(realtime.state()).not.toBe('open')
})

it('reconnects at once when the network comes back', async () => {
  const realtime = line()
  realtime.follow('s', recorder())
  const socket = await opened()
  socket.onclose?.()
  expect(realtime.state()).toBe('waiting')
  realtime.wake()
  expect(realtime.state()).toBe('connecting')
})

it('hangs up with the last stream', async () => {
  const realtime = line()
  const leave = realtime.follow('s', recorder())
  await opened()
  leave()
  expect(realtime.state()).toBe('off')
})
