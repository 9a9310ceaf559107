/** What time it is at the server, as far as its answers tell: the clock of this machine may be wrong. */

/** Below that it is the way of an answer, and that the server tells whole seconds. */
const TOLERANCE_MS = 5000
/** What it told may be so old: with this, nothing that has just happened there is still to come here. */
const STALE_MS = 2000
let ahead = 0

/** An answer that was made just now, not one from a cache. */
export function learnClock(answer: Response): void {
  const there = Date.parse(answer.headers.get('date') ?? '') + STALE_MS
  if (Number.isNaN(there)) return
  const difference = there - Date.now()
  ahead = Math.abs(difference) < TOLERANCE_MS ? 0 : difference
}

/** Milliseconds since 1970, for whatever is compared with a moment that the server told. */
export function serverNow(): number {
  return Date.now() + ahead
}
