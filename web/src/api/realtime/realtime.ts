/** This tab's line to the server: who follows which stream, by which way, and what to do when it breaks. */
import type { Carrier, CarrierEvents, Loss, Places } from './carrier'
import { above, climbMs, type Ladder, type Rung, step, TOP, waitMs } from './ladder'
import type { ServerFrame } from './protocol'
import { type StreamHandler, Subscription } from './subscription'

const PING_MS = 20_000
const SILENT_MS = 30_000
const HANDSHAKE_MS = 6_000
const SHORT_LIFE_MS = 10_000
const ASK_AGAIN_MS = 2_000

export type LineState = 'off' | 'connecting' | 'open' | 'waiting'

export interface Surroundings {
  start(rung: Rung, places: () => Places, events: CarrierEvents): Carrier
  random(): number
}

export class Realtime {
  private carried: Carrier | null = null
  private candidate: Carrier | null = null
  private ladder: Ladder = TOP
  private attempt = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private climbing: ReturnType<typeof setTimeout> | undefined
  private heartbeat: ReturnType<typeof setInterval> | undefined
  private openedAt = 0
  private heardAt = 0
  private line: LineState = 'off'
  private readonly subscriptions = new Map<string, Subscription>()
  private readonly listeners = new Set<() => void>()

  constructor(private readonly surroundings: Surroundings) {}

  state = (): LineState => this.line

  /** The way that news take now, or would take if the line were up. */
  carrier = (): Rung | 'off' => (this.line === 'off' ? 'off' : this.ladder.rung)

  onState = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Follow a stream until the returned function is called. Several may follow the same one. */
  follow(stream: string, handler: StreamHandler): () => void {
    const subscription = this.subscriptions.get(stream) ?? new Subscription()
    this.subscriptions.set(stream, subscription)
    subscription.join(handler)
    if (this.line === 'open') this.ask(stream, subscription)
    else if (this.line === 'off') this.connect()
    return () => {
      subscription.leave(handler)
      if (!subscription.isEmpty || this.subscriptions.get(stream) !== subscription) return
      this.subscriptions.delete(stream)
      if (this.subscriptions.size === 0) this.hangUp()
      else if (this.line === 'open') this.carried?.leave(stream)
    }
  }

  /** Do not wait out the back-off: the tab has just come back. */
  wake = (): void => {
    if (this.line === 'waiting') this.connect()
    else if (this.line === 'open' && Date.now() - this.heardAt > PING_MS) this.carried?.ping()
  }

  /** Another network may let the best way through. */
  networkChanged = (): void => {
    const isLower = this.ladder.rung !== TOP.rung
    this.ladder = step(this.ladder, { kind: 'network_changed' })
    if (this.line !== 'off' && (isLower || this.line === 'waiting')) this.connect()
    else this.wake()
  }

  /** The sign-in has been renewed. */
  renew(): void {
    if (this.line === 'open') this.carried?.renew()
  }

  hangUp(): void {
    this.drop()
    this.ladder = TOP
    this.become('off')
  }

  private places = (): Places => {
    const wanted = [...this.subscriptions].filter(([, subscription]) => !subscription.isRefused)
    return new Map(wanted.map(([stream, subscription]) => [stream, subscription.after]))
  }

  private connect(): void {
    this.drop()
    this.become('connecting')
    const attempt = this.attempt
    this.timer = setTimeout(() => this.lost('broken', attempt), HANDSHAKE_MS)
    this.carried = this.surroundings.start(this.ladder.rung, this.places, this.eventsOf(attempt))
  }

  private eventsOf(attempt: number): CarrierEvents {
    const whileCurrent =
      <Args extends unknown[]>(call: (...args: Args) => void) =>
      (...args: Args) => {
        if (attempt === this.attempt) call(...args)
      }
    return {
      onOpen: whileCurrent(() => this.opened(attempt)),
      onSign: whileCurrent(() => this.heard()),
      onFrame: whileCurrent((frame: ServerFrame) => this.take(frame)),
      onLost: whileCurrent((loss: Loss) => this.lost(loss, attempt)),
    }
  }

  private opened(attempt: number): void {
    if (this.line === 'open') return
    clearTimeout(this.timer)
    this.openedAt = this.heardAt = Date.now()
    this.become('open')
    if (this.ladder.rung === 'websocket') this.askForAll()
    this.keepAlive(attempt)
    this.climbLater()
  }

  private askForAll(): void {
    for (const [stream, subscription] of this.subscriptions) this.ask(stream, subscription)
  }

  private keepAlive(attempt: number): void {
    clearInterval(this.heartbeat)
    this.heartbeat = setInterval(() => {
      if (Date.now() - this.heardAt > SILENT_MS) this.lost('broken', attempt)
      else this.carried?.ping()
    }, PING_MS / 2)
  }

  private heard(): void {
    this.heardAt = Date.now()
    if (this.heardAt - this.openedAt > SHORT_LIFE_MS) this.ladder = step(this.ladder, { kind: 'worked' })
  }

  private take(frame: ServerFrame): void {
    if (frame.op === 'pong' || frame.op === 'close' || frame.stream === null) return
    const subscription = this.subscriptions.get(frame.stream)
    if (!subscription) return
    if (this.ladder.waits > 0) this.ladder = { ...this.ladder, waits: 0 }
    if (frame.op === 'subscribed') subscription.subscribed(frame.seq)
    else if (frame.op === 'snapshot') subscription.snapshot(frame.body, frame.seq)
    else if (frame.op === 'error') this.refused(frame.stream, subscription, frame.code)
    else if (subscription.event(frame.event) === 'gap') this.ask(frame.stream, subscription)
  }

  /** There is nothing to follow, or the server could not say yet. */
  private refused(stream: string, subscription: Subscription, code: string): void {
    if (code === 'stream_not_found' || code === 'too_many_subscriptions') {
      subscription.refused(code)
      return
    }
    const attempt = this.attempt
    setTimeout(() => {
      if (attempt === this.attempt && this.subscriptions.get(stream) === subscription) this.ask(stream, subscription)
    }, ASK_AGAIN_MS)
  }

  private ask(stream: string, subscription: Subscription): void {
    if (subscription.isRefused) return
    subscription.asked()
    this.carried?.ask(stream, subscription.after)
  }

  private lost(loss: Loss, attempt: number): void {
    if (attempt !== this.attempt) return
    const livedLong = this.line === 'open' && Date.now() - this.openedAt > SHORT_LIFE_MS
    this.drop()
    if (loss === 'signed_out' || this.subscriptions.size === 0) {
      this.hangUp()
      return
    }
    const blame = loss === 'broken' && !livedLong ? 'carrier' : loss === 'later' ? 'later' : 'server'
    this.ladder = step(this.ladder, { kind: 'lost', blame })
    this.become('waiting')
    this.timer = setTimeout(() => this.connect(), waitMs(this.ladder, this.surroundings.random()))
  }

  /** While a lesser way works, try now and then whether the better one does too. */
  private climbLater(): void {
    clearTimeout(this.climbing)
    const rung = above(this.ladder.rung)
    if (rung) this.climbing = setTimeout(() => this.climb(rung), climbMs(this.ladder))
  }

  private climb(rung: Rung): void {
    this.candidate?.close()
    const attempt = this.attempt
    const end = (succeeded: boolean) => {
      clearTimeout(this.climbing)
      if (attempt !== this.attempt || !this.candidate) return
      if (succeeded) this.climbed()
      else this.notClimbed()
    }
    let frames: ServerFrame[] | null = [] // what it says before it has taken over
    this.climbing = setTimeout(() => end(false), HANDSHAKE_MS)
    let live: CarrierEvents | null = null
    this.candidate = this.surroundings.start(rung, this.places, {
      onOpen: () => {
        end(true)
        live = this.eventsOf(this.attempt)
        for (const frame of frames ?? []) live.onFrame(frame)
        frames = null
      },
      onSign: () => live?.onSign(),
      onFrame: (frame) => (live ? live.onFrame(frame) : frames?.push(frame)),
      onLost: (loss) => (live ? live.onLost(loss) : end(false)),
    })
  }

  private climbed(): void {
    const carrier = this.candidate
    this.candidate = null
    this.carried?.close()
    this.carried = carrier
    this.attempt += 1
    this.ladder = step(this.ladder, { kind: 'climbed' })
    this.openedAt = this.heardAt = Date.now()
    this.keepAlive(this.attempt)
    if (this.ladder.rung === 'websocket') this.askForAll()
    this.climbLater()
    for (const listener of this.listeners) listener()
  }

  private notClimbed(): void {
    this.candidate?.close()
    this.candidate = null
    this.ladder = step(this.ladder, { kind: 'not_climbed' })
    this.climbLater()
  }

  private drop(): void {
    this.attempt += 1
    clearTimeout(this.timer)
    clearTimeout(this.climbing)
    clearInterval(this.heartbeat)
    this.carried?.close()
    this.candidate?.close()
    this.carried = this.candidate = null
  }

  private become(state: LineState): void {
    if (this.line === state) return
    this.line = state
    for (const listener of this.listeners) listener()
  }
}
