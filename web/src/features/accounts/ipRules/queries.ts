/** What IP rules ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { IpRule, IpRuleChange, IpRuleIn } from '@/api/types'

const KEY = ['ip-rules']
const RULES_A_PAGE = 50
const ATTEMPTS_A_PAGE = 20

export const rulesQuery = infiniteQueryOptions({
  queryKey: [...KEY, 'list'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam }) =>
    unwrap(
      client.GET('/api/v1/ip-rules', {
        params: { query: { limit: RULES_A_PAGE, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: (last) => last.next_cursor,
})

export const attemptsQuery = infiniteQueryOptions({
  queryKey: [...KEY, 'attempts'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam }) =>
    unwrap(
      client.GET('/api/v1/ip-rules/attempts', {
        params: { query: { limit: ATTEMPTS_A_PAGE, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: (last) => last.next_cursor,
})

/** What the rules say about an address; about one's own when it is empty. */
export function verdictQuery(address: string) {
  return queryOptions({
    queryKey: [...KEY, 'check', address],
    queryFn: () =>
      unwrap(client.GET('/api/v1/ip-rules/check', { params: { query: address === '' ? {} : { address } } })),
    retry: false,
  })
}

async function changed(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: KEY })
}

export async function createRule(wanted: IpRuleIn): Promise<IpRule> {
  const rule = await unwrap(client.POST('/api/v1/ip-rules', { body: wanted }))
  await changed()
  return rule
}

export async function changeRule(id: string, wanted: IpRuleChange): Promise<IpRule> {
  const params = { path: { rule_id: id } }
  const rule = await unwrap(client.PATCH('/api/v1/ip-rules/{rule_id}', { params, body: wanted }))
  await changed()
  return rule
}

export async function deleteRule(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/ip-rules/{rule_id}', { params: { path: { rule_id: id } } }))
  await changed()
}
