/** The filters of the log of calls as they stand in the address, and as the server is asked. Pure. */
import type { FilterValues } from '@/ui/useFilters'

export const OUTCOMES = ['ok', 'refused', 'failed'] as const

export const ENDPOINTS = [
  '/v1/chat/completions',
  '/v1/completions',
  '/v1/responses',
  '/v1/messages',
  '/v1/embeddings',
  '/v1/rerank',
  '/v1/moderations',
] as const

/** Filters with a field of their own, then those that are set by picking a value that a call has. */
const TYPED = ['outcome', 'model', 'channel_id', 'endpoint', 'stream', 'request', 'text', 'since', 'until'] as const
export const PICKED = ['user_id', 'key_id', 'session_id', 'code', 'status'] as const
export const FILTERS = [...TYPED, ...PICKED] as const

export type CallFilters = FilterValues<(typeof FILTERS)[number]>

type Outcome = (typeof OUTCOMES)[number]

export interface Asked extends Omit<CallFilters, 'outcome' | 'stream' | 'status'> {
  outcome?: Outcome
  stream?: boolean
  status?: number
}

/** As the server takes them; what it would not take is left out. Days are the reader's own, and the last counts. */
export function asked({ since, until, outcome, stream, status, ...rest }: CallFilters): Asked {
  const from = since && startOfDay(since, 0)
  const before = until && startOfDay(until, 1)
  const known = OUTCOMES.find((one) => one === outcome)
  const number = Number(status)
  return {
    ...rest,
    ...(from && { since: from }),
    ...(before && { until: before }),
    ...(known && { outcome: known }),
    ...(stream && { stream: stream === 'yes' }),
    ...(status && Number.isInteger(number) && { status: number }),
  }
}

function startOfDay(day: string, later: number): string | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (!parts) return undefined
  return new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + later).toISOString()
}
