/** One followed stream: keeps the last seq seen, drops repeats, notices gaps. Pure but for its handlers. */
import type { StreamEvent } from './protocol'

export interface StreamHandler {
  onSnapshot(body: unknown, seq: number): void
  onEvent(event: StreamEvent): void
  /** Followed from `seq` on, without a snapshot and not where we left off: what is shown must be read again. */
  onStartedAnew?(seq: number): void
  onRefused?(code: string): void
}

export class Subscription {
  /** Whether the server has said that there is nothing to follow here. */
  isRefused = false
  private lastSeq: number | null = null
  private waiting = false
  private readonly handlers = new Set<StreamHandler>()

  /** Where to go on from; undefined asks for a snapshot. */
  get after(): number | undefined {
    return this.lastSeq ?? undefined
  }

  get isEmpty(): boolean {
    return this.handlers.size === 0
  }

  /** One more that wants to know: everyone begins anew from a snapshot. */
  join(handler: StreamHandler): void {
    this.handlers.add(handler)
    this.lastSeq = null
    this.isRefused = false
  }

  leave(handler: StreamHandler): void {
    this.handlers.delete(handler)
  }

  /** A subscribe frame has been sent: what still comes from the old subscription is not trusted. */
  asked(): void {
    this.waiting = true
  }

  subscribed(seq: number): void {
    this.waiting = false
    if (this.lastSeq === seq) return
    this.lastSeq = seq
    for (const handler of [...this.handlers]) handler.onStartedAnew?.(seq)
  }

  snapshot(body: unknown, seq: number): void {
    this.waiting = false
    this.lastSeq = seq
    for (const handler of [...this.handlers]) handler.onSnapshot(body, seq)
  }

  /** "gap" means something was missed: subscribe again from `after`. */
  event(event: StreamEvent): 'taken' | 'ignored' | 'gap' {
    if (event.seq !== null) {
      if (this.lastSeq === null || event.seq <= this.lastSeq) return 'ignored'
      // One that was merged of some we know and some we do not can't be taken apart: ask for the rest alone.
      if ((event.firstSeq ?? event.seq) !== this.lastSeq + 1) return this.waiting ? 'ignored' : 'gap'
      this.lastSeq = event.seq
    }
    for (const handler of [...this.handlers]) handler.onEvent(event)
    return 'taken'
  }

  refused(code: string): void {
    this.isRefused = true
    for (const handler of [...this.handlers]) handler.onRefused?.(code)
  }
}
