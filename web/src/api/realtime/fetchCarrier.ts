/** The ways without a WebSocket: a request that follows all streams at once, made anew when what is followed changes. */
import { asApiError, isRecord } from '../errors'
import { sseLines } from '../sse'
import { type Carrier, type CarrierEvents, type Loss, lossOf, type Places } from './carrier'
import { framesOf, parseFrame } from './protocol'

export interface FetchSurroundings {
  /** GET with the access token, renewed when it is refused. */
  get(address: string, signal: AbortSignal): Promise<Response>
}

const SETTLE_MS = 20
const WAIT_SECONDS = 25

abstract class FetchCarrier implements Carrier {
  private timer: ReturnType<typeof setTimeout> | undefined
  private running: AbortController | null = null
  protected closed = false

  constructor(
    protected readonly surroundings: FetchSurroundings,
    protected readonly places: () => Places,
    protected readonly events: CarrierEvents,
  ) {
    this.again()
  }

  ask(): void {
    this.again()
  }

  leave(): void {
    this.again()
  }

  ping(): void {
    // The server beats by itself.
  }

  abstract renew(): void

  close(): void {
    this.closed = true
    clearTimeout(this.timer)
    this.running?.abort()
  }

  /** Ask from where we are now, once what is followed has settled. */
  protected again(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.run(), SETTLE_MS)
  }

  protected abstract take(response: Response, signal: AbortSignal): Promise<void>
  protected abstract query(): Record<string, string>

  private async run(): Promise<void> {
    this.running?.abort()
    const running = new AbortController()
    this.running = running
    const places = this.places()
    if (places.size === 0) return
    try {
      const response = await this.surroundings.get(addressOf(places, this.query()), running.signal)
      if (running.signal.aborted) return
      if (response.ok) await this.take(response, running.signal)
      else await this.refused(response, places)
    } catch (thrown) {
      if (!running.signal.aborted) this.events.onLost(lossOfThrown(thrown))
    }
  }

  private async refused(response: Response, places: Places): Promise<void> {
    if (response.status === 401) return this.events.onLost('signed_out')
    const body: unknown = await response.json().catch(() => null)
    const error = isRecord(body) && isRecord(body.error) ? body.error : {}
    const stream = isRecord(error.details) ? error.details.stream : undefined
    if (error.code === 'stream_not_found' && typeof stream === 'string' && places.has(stream)) {
      this.events.onFrame({ op: 'error', stream, code: 'stream_not_found' })
      this.again()
    } else if (response.status === 403 || response.status === 429) this.events.onLost('later')
    else this.events.onLost(response.status >= 500 ? 'away' : 'broken')
  }
}

/** Server-sent events over fetch, because EventSource can't carry an access token. */
export class SseCarrier extends FetchCarrier {
  renew(): void {
    this.again()
  }

  protected query(): Record<string, string> {
    return {}
  }

  protected async take(response: Response, signal: AbortSignal): Promise<void> {
    if (!response.body) return this.events.onLost('broken')
    let isOpen = false
    let loss: Loss = 'broken'
    const onSign = () => {
      if (signal.aborted) return
      if (!isOpen) this.events.onOpen()
      isOpen = true
      this.events.onSign()
    }
    try {
      for await (const line of sseLines(response.body, onSign)) {
        if (signal.aborted) return
        const frame = parseFrame(line)
        if (frame?.op === 'close') loss = lossOf(frame.code)
        else if (frame) this.events.onFrame(frame)
      }
    } catch {
      // Cut in the middle: as good as ended.
    }
    if (!signal.aborted) this.events.onLost(loss)
  }
}

/** Long poll: the way that passes everywhere. */
export class PollCarrier extends FetchCarrier {
  private isFirst = true

  renew(): void {
    // The next request carries the new token.
  }

  protected query(): Record<string, string> {
    return { wait: String(this.isFirst ? 0 : WAIT_SECONDS) }
  }

  protected async take(response: Response, signal: AbortSignal): Promise<void> {
    const answer: unknown = await response.json()
    if (signal.aborted) return
    if (this.isFirst) this.events.onOpen()
    this.isFirst = false
    this.events.onSign()
    for (const frame of framesOf(answer)) this.events.onFrame(frame)
    this.again()
  }
}

function addressOf(places: Places, query: Record<string, string>): string {
  const search = new URLSearchParams(query)
  const known: string[] = []
  for (const [stream, after] of places) {
    search.append('stream', stream)
    if (after !== undefined) known.push(`${stream}:${after}`)
  }
  if (known.length > 0) search.set('after', known.join(','))
  return `/api/v1/events?${search}`
}

function lossOfThrown(thrown: unknown): Loss {
  const { status } = asApiError(thrown)
  return status === 0 || status >= 500 ? 'away' : 'broken'
}
