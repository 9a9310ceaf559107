/** What permissions and questions ask of the server. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { Permission, PermissionDecision, Session } from '@/api/types'
import { changeView } from '../queries'
import { withoutAsked } from '../view'
import { type Asked, without } from './waiting'

const A_PAGE = 100

/** All that waits, oldest first; the person's stream keeps it true. */
export const waitingQuery = queryOptions({
  queryKey: ['chat', 'waiting'],
  queryFn: readWaiting,
  staleTime: Number.POSITIVE_INFINITY,
  structuralSharing: false,
})

async function readWaiting(): Promise<Asked[]> {
  const found = await Promise.all([
    everyPage<Asked>((query) => unwrap(client.GET('/api/v1/chat/permissions', { params: { query } }))),
    everyPage<Asked>((query) => unwrap(client.GET('/api/v1/chat/questions', { params: { query } }))),
  ])
  return found.flat().sort((one, other) => Date.parse(one.created_at) - Date.parse(other.created_at))
}

async function everyPage<Item>(
  read: (query: { limit: number; cursor?: string }) => Promise<{ items: Item[]; next_cursor: string | null }>,
): Promise<Item[]> {
  const found: Item[] = []
  for (let cursor: string | null = null; ; ) {
    const page = await read({ limit: A_PAGE, ...(cursor && { cursor }) })
    found.push(...page.items)
    cursor = page.next_cursor
    if (cursor === null) return found
  }
}

export function changeWaiting(change: (waiting: Asked[]) => Asked[]): void {
  queryClient.setQueryData(waitingQuery.queryKey, (waiting) => waiting && change(waiting))
}

/** The session that something waits in, for its name and its workspace. */
export function askingSessionQuery(id: string) {
  return queryOptions({
    queryKey: ['chat', 'asking-session', id],
    queryFn: (): Promise<Session> =>
      unwrap(client.GET('/api/v1/chat/sessions/{session_id}', { params: { path: { session_id: id } } })),
  })
}

/** The first word counts; after it, nothing here waits for another. */
export async function decide(permission: Permission, wanted: PermissionDecision): Promise<Permission> {
  const params = { path: { permission_id: permission.id } }
  const decided = await unwrap(client.POST('/api/v1/chat/permissions/{permission_id}/decide', { params, body: wanted }))
  forget(permission)
  if (wanted.decision === 'always') await queryClient.invalidateQueries({ queryKey: ['chat', 'rules'] })
  return decided
}

/** Decided, here or elsewhere. */
export function forget({ id, session_id }: Asked): void {
  changeView(session_id, (view) => withoutAsked(view, id))
  changeWaiting((waiting) => without(waiting, (other) => other.id === id))
}
