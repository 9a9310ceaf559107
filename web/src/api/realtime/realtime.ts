/** The one WebSocket of this tab: tickets, heartbeat, reconnection, and who follows which stream. */
import { type ClientFrame, parseFrame, type ServerFrame } from './protocol'
import { type StreamHandler, Subscription } from './subscription'

const PING_MS = 20_000
const SILENT_MS = 30_000
const HANDSHAKE_MS = 10_000
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000

export type LineState = 'off' | 'connecting' | 'open' | 'waiting'

export interface Surroundings {
  /** A single-use ticket; null when nobody is signed in any more. */
  ticket(): Promise<string | null>
  open(ticket: string): WebSocket
  random(): number
}

export class Realtime {
  private socket: WebSocket | null = null
  private failures = 0
  private attempt = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private heartbeat: ReturnType<typeof setInterval> | undefined
  private heardAt = 0
  private line: LineState = 'off'
  private readonly subscriptions = new Map<string, Subscription>()
  private readonly listeners = new Set<() => void>()

  constructor(private readonly surroundings: Surroundings) {}

  state = (): LineState => this.line

  onState = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Follow a stream until the returned function is called. */
  follow(stream: string, handler: StreamHandler): () => void {
    const subscription = new Subscription(handler)
    this.subscriptions.set(stream, subscription)
    if (this.line === 'open') this.ask(stream, subscription)
    else if (this.line === 'off') this.connect()
    return () => {
      if (this.subscriptions.get(stream) !== subscription) return
      this.subscriptions.delete(stream)
      if (this.line === 'open') this.send({ op: 'unsubscribe', stream })
      if (this.subscriptions.size === 0) this.hangUp()
    }
  }

  /** Do not wait out the back-off: the network or the tab has just come back. */
  wake = (): void => {
    if (this.line === 'waiting') this.connect()
    else if (this.line === 'open' && Date.now() - this.heardAt > PING_MS) this.send({ op: 'ping' })
  }

  hangUp(): void {
    this.attempt += 1
    this.drop()
    this.failures = 0
    this.become('off')
  }

  private connect(): void {
    this.drop()
    this.become('connecting')
    this.attempt += 1
    const attempt = this.attempt
    this.timer = setTimeout(() => this.lost(attempt), HANDSHAKE_MS)
    this.surroundings.ticket().then(
      (ticket) => {
        if (attempt !== this.attempt) return
        if (ticket === null) this.hangUp()
        else this.attach(this.surroundings.open(ticket), attempt)
      },
      () => this.lost(attempt),
    )
  }

  private attach(socket: WebSocket, attempt: number): void {
    this.socket = socket
    socket.onopen = () => {
      if (attempt === this.attempt) this.opened(attempt)
    }
    socket.onmessage = (message: MessageEvent<unknown>) => {
      if (attempt !== this.attempt) return
      this.heardAt = Date.now()
      const frame = typeof message.data === 'string' ? parseFrame(message.data) : null
      if (frame) this.take(frame)
    }
    socket.onclose = () => this.lost(attempt)
  }

  private opened(attempt: number): void {
    clearTimeout(this.timer)
    this.heardAt = Date.now()
    this.become('open')
    for (const [stream, subscription] of this.subscriptions) this.ask(stream, subscription)
    this.heartbeat = setInterval(() => {
      if (Date.now() - this.heardAt > SILENT_MS) this.lost(attempt)
      else this.send({ op: 'ping' })
    }, PING_MS / 2)
  }

  private take(frame: ServerFrame): void {
    this.failures = 0
    if (frame.op === 'pong' || frame.stream === null) return
    const subscription = this.subscriptions.get(frame.stream)
    if (!subscription) return
    if (frame.op === 'subscribed') subscription.subscribed(frame.seq)
    else if (frame.op === 'snapshot') subscription.snapshot(frame.body, frame.seq)
    else if (frame.op === 'error') subscription.refused(frame.code)
    else if (subscription.event(frame.event) === 'gap') this.ask(frame.stream, subscription)
  }

  private ask(stream: string, subscription: Subscription): void {
    subscription.asked()
    this.send({ op: 'subscribe', stream, after: subscription.after })
  }

  private send(frame: ClientFrame): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame))
  }

  private lost(attempt: number): void {
    if (attempt !== this.attempt) return
    this.attempt += 1
    this.drop()
    if (this.subscriptions.size === 0) {
      this.become('off')
      return
    }
    this.become('waiting')
    const wait = Math.min(FIRST_WAIT_MS * 2 ** this.failures, LONGEST_WAIT_MS)
    this.failures += 1
    this.timer = setTimeout(() => this.connect(), wait * (0.5 + this.surroundings.random() / 2))
  }

  private drop(): void {
    clearTimeout(this.timer)
    clearInterval(this.heartbeat)
    const socket = this.socket
    this.socket = null
    if (!socket) return
    socket.onopen = null
    socket.onmessage = null
    socket.onclose = null
    socket.close()
  }

  private become(state: LineState): void {
    if (this.line === state) return
    this.line = state
    for (const listener of this.listeners) listener()
  }
}
