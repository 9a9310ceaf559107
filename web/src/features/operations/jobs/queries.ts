/** What the jobs page asks of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { Job, JobDetail, Schedule, ScheduleChange } from '@/api/types'
import { asked, type JobFilters } from './filters'

const KEY = ['operations', 'jobs']
const SCHEDULES = ['operations', 'schedules']
const PATH = '/api/v1/operations/jobs'
const JOBS_A_PAGE = 50
const EVERY_MS = 3_000

export function jobsQuery(filters: JobFilters) {
  return infiniteQueryOptions({
    queryKey: [...KEY, 'list', filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      unwrap(
        client.GET(PATH, {
          params: { query: { ...asked(filters), limit: JOBS_A_PAGE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: EVERY_MS,
  })
}

export const countsQuery = queryOptions({
  queryKey: [...KEY, 'counts'],
  queryFn: () => unwrap(client.GET(`${PATH}/counts`)),
  refetchInterval: EVERY_MS,
})

export function jobQuery(id: string) {
  return queryOptions({
    queryKey: [...KEY, 'one', id],
    queryFn: () => unwrap(client.GET(`${PATH}/{job_id}`, { params: { path: { job_id: id } } })),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : EVERY_MS),
  })
}

export function isOver({ state }: Pick<Job, 'state'>): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'cancelled'
}

export async function retryJob(id: string): Promise<void> {
  await after(client.POST(`${PATH}/{job_id}/retry`, { params: { path: { job_id: id } } }))
}

export async function cancelJob(id: string): Promise<void> {
  await after(client.POST(`${PATH}/{job_id}/cancel`, { params: { path: { job_id: id } } }))
}

export async function resolveJob(id: string, note: string): Promise<void> {
  await after(client.POST(`${PATH}/{job_id}/resolve`, { params: { path: { job_id: id } }, body: { note } }))
}

export async function ignoreJob(id: string, note: string): Promise<void> {
  await after(client.POST(`${PATH}/{job_id}/ignore`, { params: { path: { job_id: id } }, body: { note } }))
}

async function after(answer: Parameters<typeof unwrap<JobDetail>>[0]): Promise<void> {
  const job = await unwrap(answer)
  queryClient.setQueryData(jobQuery(job.id).queryKey, job)
  await queryClient.invalidateQueries({ queryKey: KEY })
}

export const schedulesQuery = queryOptions({
  queryKey: SCHEDULES,
  queryFn: () => unwrap(client.GET('/api/v1/operations/schedules')),
  refetchInterval: EVERY_MS,
})

/** The next moments that an expression means; refused expressions are told at once. */
export function previewQuery(cron: string, timeZone: string) {
  return queryOptions({
    queryKey: [...SCHEDULES, 'preview', cron, timeZone],
    queryFn: () =>
      unwrap(client.GET('/api/v1/operations/schedules/preview', { params: { query: { cron, time_zone: timeZone } } })),
    enabled: cron !== '' && timeZone !== '',
    retry: false,
  })
}

export async function changeSchedule(name: string, wanted: ScheduleChange): Promise<Schedule> {
  const params = { path: { name } }
  const schedule = await unwrap(client.PATCH('/api/v1/operations/schedules/{name}', { params, body: wanted }))
  await queryClient.invalidateQueries({ queryKey: SCHEDULES })
  return schedule
}

/** Run a schedule's job now; gives the job's id. */
export async function runSchedule(name: string): Promise<string> {
  const answer = client.POST('/api/v1/operations/schedules/{name}/run', { params: { path: { name } } })
  const { id } = await unwrap(answer)
  await queryClient.invalidateQueries({ queryKey: ['operations'] })
  return id
}
