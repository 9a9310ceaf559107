/** What rules ask of the server. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { PermissionRule, PermissionRuleChange, PermissionRuleIn } from '@/api/types'

const RULES_A_PAGE = 100

export const rulesQuery = infiniteQueryOptions({
  queryKey: ['chat', 'rules'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam }) =>
    unwrap(
      client.GET('/api/v1/chat/rules', {
        params: { query: { limit: RULES_A_PAGE, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: (last) => last.next_cursor,
})

export async function addRule(wanted: PermissionRuleIn): Promise<PermissionRule> {
  const rule = await unwrap(client.POST('/api/v1/chat/rules', { body: wanted }))
  await changed()
  return rule
}

export async function changeRule(id: string, wanted: PermissionRuleChange): Promise<PermissionRule> {
  const params = { path: { rule_id: id } }
  const rule = await unwrap(client.PATCH('/api/v1/chat/rules/{rule_id}', { params, body: wanted }))
  await changed()
  return rule
}

export async function removeRule(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/chat/rules/{rule_id}', { params: { path: { rule_id: id } } }))
  await changed()
}

async function changed(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: rulesQuery.queryKey })
}
