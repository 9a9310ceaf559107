/** What configuration asks of the server. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { ConfigurationDocument, ConfigurationFile, ImportedConfiguration } from '@/api/types'

const KEY = ['configuration']

export const documentsQuery = queryOptions({
  queryKey: KEY,
  queryFn: () => unwrap(client.GET('/api/v1/configuration')),
})

export function documentQuery(name: string) {
  return queryOptions({ queryKey: [...KEY, name], queryFn: () => readDocument(name) })
}

export function readDocument(name: string): Promise<ConfigurationDocument> {
  return unwrap(client.GET('/api/v1/configuration/{name}', { params: { path: { name } } }))
}

export async function changeDocument(
  name: string,
  revision: number,
  value: Record<string, unknown>,
): Promise<ConfigurationDocument> {
  const answer = client.PUT('/api/v1/configuration/{name}', { params: { path: { name } }, body: { revision, value } })
  return await stored(await unwrap(answer))
}

export async function resetDocument(name: string, revision: number): Promise<ConfigurationDocument> {
  const answer = client.POST('/api/v1/configuration/{name}/reset', { params: { path: { name } }, body: { revision } })
  return await stored(await unwrap(answer))
}

async function stored(document: ConfigurationDocument): Promise<ConfigurationDocument> {
  queryClient.setQueryData([...KEY, document.name], document)
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: KEY, exact: true }),
    queryClient.invalidateQueries({ queryKey: ['audit'] }),
    queryClient.invalidateQueries({ queryKey: ['setup'] }),
  ])
  return document
}

export function exportConfiguration(): Promise<ConfigurationFile> {
  return unwrap(client.GET('/api/v1/configuration/export'))
}

export function tryImport(file: ConfigurationFile): Promise<ImportedConfiguration> {
  return unwrap(client.POST('/api/v1/configuration/import', { params: { query: { dry_run: true } }, body: file }))
}

export async function importConfiguration(file: ConfigurationFile): Promise<ImportedConfiguration> {
  const done = await unwrap(client.POST('/api/v1/configuration/import', { body: file }))
  await queryClient.invalidateQueries({ queryKey: KEY })
  return done
}
