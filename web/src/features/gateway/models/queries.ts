/** What models and their prices ask of the server. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { ModelPrices, ModelSaid, PriceIn } from '@/api/types'

export const catalogQuery = queryOptions({
  queryKey: ['gateway', 'catalog'],
  queryFn: () => unwrap(client.GET('/api/v1/gateway/catalog')),
})

/** What a model costs, cost and will cost. */
export function pricesQuery(model: string) {
  return queryOptions({
    queryKey: ['gateway', 'prices', model],
    queryFn: async (): Promise<ModelPrices> => {
      const page = await unwrap(client.GET('/api/v1/gateway/prices', { params: { query: { model } } }))
      return page.items[0] ?? { model, current: null, history: [] }
    },
  })
}

export async function describeModel(name: string, said: ModelSaid): Promise<void> {
  await unwrap(client.PUT('/api/v1/gateway/models/{name}', { params: { path: { name } }, body: said }))
  await changed()
}

export async function addPrice(price: PriceIn): Promise<void> {
  await unwrap(client.POST('/api/v1/gateway/prices', { body: price }))
  await changed()
}

async function changed(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ['gateway'] }),
    queryClient.invalidateQueries({ queryKey: ['audit'] }),
  ])
}
