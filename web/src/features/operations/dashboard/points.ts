/** The dashboard's series as charts want them. Pure. */
import type { Dashboard } from '@/api/types'

const DAY_SECONDS = 86_400

/** Days are the server's (UTC); hours are the reader's. */
export function labelOf(at: string, stepSeconds: number, language: string): string {
  const moment = new Date(at)
  if (stepSeconds >= DAY_SECONDS) {
    return moment.toLocaleDateString(language, { month: 'short', day: 'numeric', timeZone: 'UTC' })
  }
  return moment.toLocaleString(language, { weekday: 'short', hour: '2-digit', minute: '2-digit' })
}

/** Calls that were answered, that failed, and that were refused: together they are all calls. */
export function outcomes(series: Dashboard['series']) {
  return {
    answered: series.map((point) => Math.max(0, point.calls - point.errors - point.refused)),
    failed: series.map((point) => point.errors),
    refused: series.map((point) => point.refused),
  }
}

/** How much more or less than before, as a share; null where there was nothing before. */
export function growth(now: number, before: number): number | null {
  return before === 0 ? null : (now - before) / before
}
