/** The audit log's filters as they stand in the address, and as the server is asked. Pure. */
import type { FilterValues } from '@/ui/useFilters'

export const FILTERS = ['actor', 'action', 'target', 'since', 'until'] as const

export type AuditFilters = FilterValues<(typeof FILTERS)[number]>

/** Days become moments of the reader's own time zone; the last day counts in full. */
export function asked({ since, until, ...rest }: AuditFilters): AuditFilters {
  const from = since && startOfDay(since, 0)
  const before = until && startOfDay(until, 1)
  return { ...rest, ...(from && { since: from }), ...(before && { until: before }) }
}

function startOfDay(day: string, later: number): string | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (!parts) return undefined
  return new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later).toISOString()
}
