/** What files of prices ask of the server. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { PriceImport } from '@/api/types'

export type FileFormat = 'csv' | 'json'
export type Extent = 'own' | 'current'

export interface PriceFile {
  content: string
  format: FileFormat
}

/** The currency, and what a US dollar costs in it (null: nobody has said). */
export const moneyQuery = queryOptions({
  queryKey: ['configuration', 'money', 'rate'],
  queryFn: async () => {
    const params = { path: { name: 'money' } }
    const { value, defaults } = await unwrap(client.GET('/api/v1/configuration/{name}', { params }))
    const money = { ...defaults, ...value }
    return { currency: String(money.currency), perUsd: money.per_usd ? String(money.per_usd) : null }
  },
})

export function tryImport(file: PriceFile): Promise<PriceImport> {
  return send(file, true)
}

export async function importPrices(file: PriceFile): Promise<PriceImport> {
  const outcome = await send(file, false)
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['gateway'] }),
    queryClient.invalidateQueries({ queryKey: ['audit'] }),
  ])
  return outcome
}

function send({ content, format }: PriceFile, dryRun: boolean): Promise<PriceImport> {
  return unwrap(
    client.POST('/api/v1/gateway/prices/import', {
      params: { query: { dry_run: dryRun } },
      headers: { 'content-type': format === 'json' ? 'application/json' : 'text/csv' },
      body: content as never, // a file as it is, whatever it holds
      bodySerializer: (body: unknown) => body as string,
    }),
  )
}

export function exportPrices(format: FileFormat, which: Extent): Promise<Blob> {
  return unwrap(
    client.GET('/api/v1/gateway/prices/export', { params: { query: { format, which } }, parseAs: 'blob' }),
  ) as unknown as Promise<Blob>
}
