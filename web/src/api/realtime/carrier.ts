/** What a way to the server must do, and what it tells. */
import type { ServerFrame } from './protocol'

/** Streams to follow, each with the last number seen; undefined asks for a snapshot. */
export type Places = ReadonlyMap<string, number | undefined>

/** `signed_out`: nobody is signed in any more. `away`: the server can't be reached by any way. */
export type Loss = 'broken' | 'away' | 'signed_out' | 'later'

export interface CarrierEvents {
  /** It works: what is followed may be asked for. */
  onOpen(): void
  /** Anything at all, heartbeats too. */
  onSign(): void
  onFrame(frame: ServerFrame): void
  onLost(loss: Loss): void
}

export interface Carrier {
  ask(stream: string, after: number | undefined): void
  leave(stream: string): void
  ping(): void
  /** The sign-in has been renewed: go on under the new one. */
  renew(): void
  close(): void
}

/** What a closing code of the server means for the next attempt. */
export function lossOf(code: number): Loss {
  if (code === 4403 || code === 4429) return 'later'
  return code === 1012 || code === 1013 || code === 4401 ? 'away' : 'broken'
}
