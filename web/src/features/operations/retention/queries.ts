/** What retention asks of the server. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'

const KEY = ['operations', 'retention']

export const retentionQuery = queryOptions({
  queryKey: KEY,
  queryFn: () => unwrap(client.GET('/api/v1/operations/retention')),
})

/** What a run would remove if this kind were kept for so many days. */
export function previewQuery(kind: string, days: number | null) {
  return queryOptions({
    queryKey: [...KEY, 'preview', kind, days],
    queryFn: () => unwrap(client.POST('/api/v1/operations/retention/preview', { body: { kind, days: days ?? 1 } })),
    enabled: days !== null,
    retry: false,
  })
}

/** Remove now; gives the id of the job that does. */
export async function runRetention(): Promise<string> {
  const { job_id } = await unwrap(client.POST('/api/v1/operations/retention/run'))
  await queryClient.invalidateQueries({ queryKey: ['operations'] })
  return job_id
}

/** Keep one kind for so many days (null: for ever), and leave the rest of the document alone. */
export async function keepFor(kind: string, days: number | null): Promise<void> {
  const params = { path: { name: 'retention' } }
  const document = await unwrap(client.GET('/api/v1/configuration/{name}', { params }))
  const body = { revision: document.revision, value: { ...document.value, [kind]: days } }
  await unwrap(client.PUT('/api/v1/configuration/{name}', { params, body }))
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: KEY }),
    queryClient.invalidateQueries({ queryKey: ['configuration'] }),
    queryClient.invalidateQueries({ queryKey: ['audit'] }),
  ])
}
