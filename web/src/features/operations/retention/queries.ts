/** What retention asks of the server. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'

const KEY = ['operations', 'retention']

export const retentionQuery = queryOptions({
  queryKey: KEY,
  queryFn: () => unwrap(client.GET('/api/v1/operations/retention')),
})

/** What a run would remove if this kind were kept for so many days and might take up so much; null is no limit. */
export function previewQuery(kind: string, days: number | null, most_gigabytes: number | null) {
  return queryOptions({
    queryKey: [...KEY, 'preview', kind, days, most_gigabytes],
    queryFn: () =>
      unwrap(client.POST('/api/v1/operations/retention/preview', { body: { kind, days, most_gigabytes } })),
    retry: false,
  })
}

/** Remove now; gives the id of the job that does. */
export async function runRetention(): Promise<string> {
  const { job_id } = await unwrap(client.POST('/api/v1/operations/retention/run'))
  await queryClient.invalidateQueries({ queryKey: ['operations'] })
  return job_id
}

/** Keep one kind for so many days (null: for ever), and leave the rest of the document alone; only calls have a size. */
export async function keepFor(kind: string, days: number | null, most_gigabytes?: number | null): Promise<void> {
  const params = { path: { name: 'retention' } }
  const document = await unwrap(client.GET('/api/v1/configuration/{name}', { params }))
  const size = most_gigabytes === undefined ? {} : { most_gigabytes }
  const body = { revision: document.revision, value: { ...document.value, [kind]: days, ...size } }
  await unwrap(client.PUT('/api/v1/configuration/{name}', { params, body }))
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: KEY }),
    queryClient.invalidateQueries({ queryKey: ['configuration'] }),
    queryClient.invalidateQueries({ queryKey: ['audit'] }),
  ])
}
