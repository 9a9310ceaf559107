/** One followed stream: keeps the last seq seen, drops repeats, notices gaps. Pure but for its handler. */
import type { StreamEvent } from './protocol'

export interface StreamHandler {
  onSnapshot(body: unknown, seq: number): void
  onEvent(event: StreamEvent): void
  /** Followed from `seq` on, without a snapshot and not where we left off: what is shown must be read again. */
  onStartedAnew?(seq: number): void
  onRefused?(code: string): void
}

export class Subscription {
  private lastSeq: number | null = null
  private waiting = false

  constructor(private readonly handler: StreamHandler) {}

  /** Where to go on from; undefined asks for a snapshot. */
  get after(): number | undefined {
    return this.lastSeq ?? undefined
  }

  /** A subscribe frame has been sent: what still comes from the old subscription is not trusted. */
  asked(): void {
    this.waiting = true
  }

  subscribed(seq: number): void {
    this.waiting = false
    if (this.lastSeq === seq) return
    this.lastSeq = seq
    this.handler.onStartedAnew?.(seq)
  }

  snapshot(body: unknown, seq: number): void {
    this.waiting = false
    this.lastSeq = seq
    this.handler.onSnapshot(body, seq)
  }

  /** "gap" means something was missed: subscribe again from `after`. */
  event(event: StreamEvent): 'taken' | 'ignored' | 'gap' {
    if (event.seq !== null) {
      if (this.lastSeq !== null && event.seq <= this.lastSeq) return 'ignored'
      if (this.lastSeq !== null && event.seq > this.lastSeq + 1) return this.waiting ? 'ignored' : 'gap'
      this.lastSeq = event.seq
    }
    this.handler.onEvent(event)
    return 'taken'
  }

  refused(code: string): void {
    this.handler.onRefused?.(code)
  }
}
