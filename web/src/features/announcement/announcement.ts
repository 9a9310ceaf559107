/** What admins tell everybody: its shape, how long it stands, and whether it was closed in this browser. */
import { isRecord } from '@/api/errors'

export interface Announcement {
  text: string
  level: 'info' | 'warning' | 'critical'
  until: string | null
  /** Tells a new announcement from one that was closed. */
  revision: number
}

const KEY = 'guildhall.announcement'
/** A browser's timers hold no more than about 24 days; long before that it is looked at again. */
const LONGEST_WAIT_MS = 86_400_000

/** The announcement in a snapshot, an event or the answer of /setup; null when there is none. */
export function announcementFrom(body: unknown): Announcement | null {
  const found = isRecord(body) ? body.announcement : null
  if (!isRecord(found) || typeof found.text !== 'string' || found.text === '') return null
  const { text, level, until, revision } = found
  return {
    text,
    level: level === 'warning' || level === 'critical' ? level : 'info',
    until: typeof until === 'string' ? until : null,
    revision: typeof revision === 'number' ? revision : 0,
  }
}

/** Milliseconds to wait before it may be over; 0 or less when it is; null when it has no end. */
export function timeLeft(until: string | null, now: number): number | null {
  const end = until === null ? Number.NaN : Date.parse(until)
  return Number.isNaN(end) ? null : Math.min(end - now, LONGEST_WAIT_MS)
}

export function closedRevision(): number | null {
  const stored = Number(localStorage.getItem(KEY) ?? Number.NaN)
  return Number.isNaN(stored) ? null : stored
}

export function rememberClosed(revision: number): void {
  localStorage.setItem(KEY, String(revision))
}
