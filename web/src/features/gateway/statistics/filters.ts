/** What statistics are asked for, as it stands in the address and as the server is asked. Pure. */
import type { FilterValues } from '@/ui/useFilters'

export const RANGES = ['today', '7', '30', 'custom'] as const
export const VIEWS = ['calls', 'tokens', 'cost', 'errors', 'duration', 'firstToken'] as const
export const KINDS = ['models', 'channels', 'users', 'keys'] as const
export const SORTS = ['calls', 'tokens', 'cost', 'errors', 'seconds'] as const
export const NARROW = ['model', 'channel', 'user', 'key'] as const
export const FILTERS = ['range', 'since', 'until', 'view', 'by', 'sort', ...NARROW] as const

export type Range = (typeof RANGES)[number]
export type View = (typeof VIEWS)[number]
export type Kind = (typeof KINDS)[number]
export type Sort = (typeof SORTS)[number]
export type Narrow = (typeof NARROW)[number]
export type StatisticsFilters = FilterValues<(typeof FILTERS)[number]>

/** Which filter a row of each breakdown sets. */
export const NARROWED_BY: Record<Kind, Narrow> = { models: 'model', channels: 'channel', users: 'user', keys: 'key' }

/** What of the address decides about the figures: the rest is how they are shown. */
export type Wanted = FilterValues<'range' | 'since' | 'until' | Narrow>

export function wantedOf({ range, since, until, model, channel, user, key }: StatisticsFilters): Wanted {
  const period = rangeOf(range) === 'custom' ? { range, since, until } : { range }
  return Object.fromEntries(
    Object.entries({ ...period, model, channel, user, key }).filter(([, value]) => value !== undefined),
  )
}

export function rangeOf(text: string | undefined): Range {
  return RANGES.find((range) => range === text) ?? '7'
}

/** Moments of the reader's own time zone: whole days up to now, or from one day to another, both in full. */
export function asked({ range, since, until, model, channel, user, key }: Wanted, now: Date, zone: string) {
  return {
    zone,
    ...periodOf(rangeOf(range), since, until, now),
    ...(model !== undefined && { model }),
    ...(channel !== undefined && { channel_id: channel }),
    ...(user !== undefined && { user_id: user }),
    ...(key !== undefined && { key_id: key }),
  }
}

function periodOf(range: Range, since: string | undefined, until: string | undefined, now: Date) {
  if (range !== 'custom') {
    const days = range === 'today' ? 1 : Number(range)
    return { since: midnight(now, 1 - days).toISOString(), until: now.toISOString() }
  }
  const end = dayOf(until, 1) ?? now
  const begin = dayOf(since, 0) ?? midnight(end, -7)
  return { since: begin.toISOString(), until: end.toISOString() }
}

/** The days that a custom range begins with: those of the last week. */
export function lastWeek(now: Date): { since: string; until: string } {
  return { since: textOf(midnight(now, -6)), until: textOf(midnight(now, 0)) }
}

function dayOf(text: string | undefined, later: number): Date | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? '')
  return parts ? new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later) : null
}

function midnight(moment: Date, later: number): Date {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + later)
}

function textOf(day: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}
