/** The hall's currency, which prices and quotas are in. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from './client'

export const currencyQuery = queryOptions({
  queryKey: ['gateway', 'currency'],
  queryFn: async () => (await unwrap(client.GET('/api/v1/gateway/currency'))).currency,
})
