/** The series as charts want them. Pure. */
import type { Statistics } from '@/api/types'

/** Under each point: days where steps are days, else hours; a clock that is set back shows an hour twice. */
export function labelsOf({ series, step }: Pick<Statistics, 'series' | 'step'>, language: string): string[] {
  const seen = new Map<string, number>()
  const isOneDay = step === 'hour' && series.length <= 25
  return series.map(({ at }) => {
    const text = new Date(at).toLocaleString(language, {
      ...(!isOneDay && { month: 'short', day: 'numeric' }),
      ...(step === 'hour' && { hour: 'numeric', minute: '2-digit' }),
    })
    const times = (seen.get(text) ?? 0) + 1
    seen.set(text, times)
    return times > 1 ? `${text} (${times})` : text
  })
}

/** Calls that were answered, failed and refused: together they are all calls. */
export function outcomesOf(series: Statistics['series']) {
  return {
    answered: series.map(({ calls, errors, refused }) => Math.max(0, calls - errors - refused)),
    failed: series.map(({ errors }) => errors),
    refused: series.map(({ refused }) => refused),
  }
}
