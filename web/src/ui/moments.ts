/** Moments as the browser's own control holds them: local, to the minute. Pure. */

export function toLocal(at: string | null): string {
  const moment = at ? new Date(at) : null
  if (!moment || Number.isNaN(moment.getTime())) return ''
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** Null for nothing, and for what is no moment. */
export function fromLocal(text: string): string | null {
  const moment = new Date(text)
  return text === '' || Number.isNaN(moment.getTime()) ? null : moment.toISOString()
}

export function after(seconds: number, now = Date.now()): string {
  return new Date(now + seconds * 1000).toISOString()
}
