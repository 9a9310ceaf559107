/** Whose share is how large, as the chart of shares draws it. Pure. */
import type { Breakdown } from '@/api/types'
import type { Sort } from './filters'

const SHOWN = 5

export interface Part {
  id: string
  label: string
  share: number
}

/** What shares can be of; where the order is by something else, they are of calls. */
export type Whole = 'calls' | 'tokens' | 'cost'

export function wholeOf(sort: Sort): Whole {
  return sort === 'tokens' || sort === 'cost' ? sort : 'calls'
}

/** The largest parts and the rest together; nothing where nobody knows, or there is nothing to share out. */
export function partsOf(
  { rows, others }: Pick<Breakdown, 'rows' | 'others'>,
  whole: Whole,
  name: (row: Breakdown['rows'][number]) => string,
  rest: (names: number) => string,
): Part[] {
  const parts = rows
    .map((row) => ({ id: row.id, label: name(row), share: row.share[whole] ?? 0 }))
    .filter(({ share }) => share > 0)
    .sort((one, other) => other.share - one.share)
  const small = parts.slice(SHOWN)
  const left = small.reduce((sum, { share }) => sum + share, others?.share[whole] ?? 0)
  const label = rest(small.length + (others?.names ?? 0))
  return [...parts.slice(0, SHOWN), ...(left > 0 ? [{ id: '\n', label, share: left }] : [])]
}
