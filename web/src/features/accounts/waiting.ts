/** How long one must still wait before the server listens again, counted down second by second. */
import { useEffect, useState } from 'react'
import { asApiError } from '@/api/errors'

const TICK_MS = 250

/** Whole seconds until a moment; 0 when it has passed. */
export function secondsUntil(moment: number, now: number): number {
  return Math.max(0, Math.ceil((moment - now) / 1000))
}

/** 65 → "1:05"; 3605 → "1:00:05". */
export function clockText(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
}

/** Only too many attempts make one wait; a server that is busy for a moment is simply asked again. */
export function waitOf(error: unknown): number | null {
  const { status, retryAfterSeconds } = asApiError(error)
  return status === 429 ? retryAfterSeconds : null
}

/** Seconds left of the wait that a refusal asked for; 0 when it asked for none or it is over. */
export function useWait(error: unknown): number {
  const wanted = error ? waitOf(error) : null
  const [until, setUntil] = useState(0)
  const [now, setNow] = useState(Date.now)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal starts a wait, also one as long as the last
  useEffect(() => {
    setUntil(wanted === null ? 0 : Date.now() + wanted * 1000)
    setNow(Date.now())
  }, [error, wanted])
  const left = secondsUntil(until, now)
  const isWaiting = left > 0
  useEffect(() => {
    if (!isWaiting) return
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [isWaiting])
  return left
}
