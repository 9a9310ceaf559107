/** The filters of the jobs page as they stand in the address, and as the server is asked. Pure. */
import type { Job } from '@/api/types'
import type { FilterValues } from '@/ui/useFilters'

export const FILTERS = ['state', 'name', 'queue', 'schedule'] as const

export type JobFilters = FilterValues<(typeof FILTERS)[number]>

export const STATES: readonly Job['state'][] = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled']

/** Failed jobs that nobody has looked after yet: what most people come for. */
export const UNSETTLED = 'unsettled'

interface Asked {
  state?: Job['state']
  settled?: boolean
  name?: string
  queue?: string
  schedule?: string
}

/** A state that an address made up is left out. */
export function asked({ state, ...rest }: JobFilters): Asked {
  if (state === UNSETTLED) return { ...rest, state: 'failed', settled: false }
  const known = STATES.find((one) => one === state)
  return known ? { ...rest, state: known } : rest
}

/** What may be done about a job. */
export function possible(job: Pick<Job, 'state' | 'verdict' | 'cancel_requested'>) {
  const open = job.state === 'queued' || job.state === 'running' || job.state === 'waiting'
  return {
    cancel: open && !job.cancel_requested,
    retry: job.state === 'failed' || job.state === 'cancelled',
    settle: job.state === 'failed' && job.verdict === null,
  }
}
