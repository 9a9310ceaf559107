/** How figures compare with the period before. Pure. */

export interface Trend {
  /** How much more or less than before, as a share; null where there was nothing before. */
  share: number | null
  direction: 'up' | 'down' | 'same'
  tone: 'good' | 'bad' | 'plain'
}

/** Whether more of it is welcome: errors and waiting are not, and more cost or tokens mean nothing by themselves. */
export type More = 'good' | 'bad' | 'plain'

const NOTICEABLE = 0.0005

/** Null where one of the two is not known, or there was nothing either time. */
export function trendOf(now: number | null, before: number | null, more: More): Trend | null {
  if (now === null || before === null || (now === 0 && before === 0)) return null
  const share = before === 0 ? null : (now - before) / before
  if (share !== null && Math.abs(share) < NOTICEABLE) return { share, direction: 'same', tone: 'plain' }
  const direction = now > before ? 'up' : 'down'
  if (more === 'plain') return { share, direction, tone: 'plain' }
  return { share, direction, tone: (direction === 'up') === (more === 'good') ? 'good' : 'bad' }
}
