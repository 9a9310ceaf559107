/** What the chat asks of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { askUntilAnswered, queryClient } from '@/api/queryClient'
import type { Attached, Mode, Parameters, Queued, Session, Turn } from '@/api/types'
import { type SessionFilter, type SessionPage, type SessionPages, withoutSession, withSession } from './sessionPages'
import { type SessionView, viewOf, withOlder, withQueue, withTurn } from './view'

const SESSIONS_A_PAGE = 30
const MESSAGES_A_PAGE = 50

export const modelsQuery = queryOptions({
  queryKey: ['gateway', 'models'],
  queryFn: () => unwrap(client.GET('/api/v1/gateway/models')),
})

const LISTS = ['chat', 'sessions'] as const

export function sessionsQuery(filter: SessionFilter) {
  return infiniteQueryOptions({
    queryKey: [...LISTS, filter],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }): Promise<SessionPage> => {
      const query = { limit: SESSIONS_A_PAGE, ...filter, ...(pageParam && { cursor: pageParam }) }
      const page = await unwrap(client.GET('/api/v1/chat/sessions', { params: { query } }))
      return { ...page, end: page.items.at(-1) }
    },
    getNextPageParam: (last) => last.next_cursor,
    staleTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  })
}

export const foldersQuery = queryOptions({
  queryKey: ['chat', 'folders'],
  queryFn: () => unwrap(client.GET('/api/v1/chat/folders')),
  staleTime: Number.POSITIVE_INFINITY,
})

export function readFoldersAgain(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: foldersQuery.queryKey })
}

/** The conversation; after the first answer its stream keeps it true, so it is never asked for again. */
export function sessionQuery(id: string) {
  return queryOptions({
    queryKey: ['chat', 'session', id],
    queryFn: () => readView(id),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
    structuralSharing: false,
  })
}

async function readView(id: string): Promise<SessionView> {
  const path = { session_id: id }
  const [session, page] = await Promise.all([
    unwrap(client.GET('/api/v1/chat/sessions/{session_id}', { params: { path } })),
    readMessages(id, null),
  ])
  return viewOf(session, page.items.toReversed(), page.next_cursor)
}

function readMessages(id: string, cursor: string | null, limit = MESSAGES_A_PAGE) {
  return unwrap(
    client.GET('/api/v1/chat/sessions/{session_id}/messages', {
      params: { path: { session_id: id }, query: { limit, ...(cursor && { cursor }) } },
    }),
  )
}

export async function loadOlder(id: string, count?: number): Promise<void> {
  const view = queryClient.getQueryData(sessionQuery(id).queryKey)
  if (!view?.olderCursor) return
  const page = await readMessages(id, view.olderCursor, count)
  const now = queryClient.getQueryData(sessionQuery(id).queryKey)
  // Another branch may be shown by then, or somebody else have read them.
  if (now && (now.olderCursor !== view.olderCursor || now.messages[0]?.id !== view.messages[0]?.id)) {
    return loadOlder(id, count)
  }
  changeView(id, (current) => withOlder(current, page))
}

export function changeView(id: string, change: (view: SessionView) => SessionView): void {
  queryClient.setQueryData(sessionQuery(id).queryKey, (view) => view && change(view))
}

/** Change every list of sessions that was read. */
export function changePages(change: (pages: SessionPages, filter: SessionFilter) => SessionPages): void {
  for (const { queryKey } of queryClient.getQueryCache().findAll({ queryKey: LISTS })) {
    const filter = queryKey[2] as SessionFilter
    queryClient.setQueryData<SessionPages>(queryKey, (pages) => pages && change(pages, filter))
  }
}

/** Read every list of sessions again that was read before. */
export function readPagesAgain(): void {
  const predicate = (query: { state: { dataUpdatedAt: number } }) => query.state.dataUpdatedAt > 0
  void queryClient.invalidateQueries({ queryKey: LISTS, predicate })
}

/** How the agent of a session works. */
export interface Manner {
  engine: string
  mode: Mode
  instructions: string | null
  parameters: Parameters | null
  workspace_id: string | null
}

export async function createSession(model: string | null, manner: Manner): Promise<Session> {
  const body = { model, ...manner }
  const session = await unwrap(client.POST('/api/v1/chat/sessions', { body }))
  changePages((pages, filter) => withSession(pages, session, filter))
  queryClient.setQueryData(sessionQuery(session.id).queryKey, viewOf(session, [], null))
  return session
}

/** Have something answered, now or once the running answer has ended. */
export async function sendMessage(
  id: string,
  text: string,
  model: string | null,
  wish: string,
  beside: { editedId?: string; parentId?: string; attached?: Attached[] } = {},
): Promise<Turn | { queued: Queued }> {
  const { editedId, parentId, attached } = beside
  const place = { ...(editedId && { edited_id: editedId }), ...(parentId && { parent_id: parentId }) }
  const attachments = attached?.map((file) => file.id)
  const body = { text, ...(attachments && { attachments }), ...(model && { model }), ...place }
  const params = { path: { session_id: id }, header: { 'Idempotency-Key': wish } }
  const sent = await askUntilAnswered(() =>
    unwrap(client.POST('/api/v1/chat/sessions/{session_id}/messages', { params, body })),
  )
  changeView(id, (view) => {
    if ('answer' in sent) return withTurn(view, sent)
    const ids = view.queue.map((queued) => queued.id).filter((queued) => queued !== sent.queued.id)
    return withQueue(view, [...ids, sent.queued.id], sent.queued)
  })
  return sent
}

export async function retryAnswer(id: string): Promise<void> {
  const path = { session_id: id }
  const turn = await unwrap(client.POST('/api/v1/chat/sessions/{session_id}/retry', { params: { path } }))
  changeView(id, (view) => withTurn(view, turn))
}

export async function stopAnswer(id: string): Promise<void> {
  await unwrap(client.POST('/api/v1/chat/sessions/{session_id}/stop', { params: { path: { session_id: id } } }))
}

export interface SessionChange extends Partial<Manner> {
  title?: string
  model?: string
  is_pinned?: boolean
  is_archived?: boolean
  folder_id?: string | null
  tags?: string[]
  most_calls?: number | null
  most_cost_nano?: number | null
  servers_off?: string[]
}

export async function changeSession(id: string, wanted: SessionChange): Promise<void> {
  const path = { session_id: id }
  const session = await unwrap(client.PATCH('/api/v1/chat/sessions/{session_id}', { params: { path }, body: wanted }))
  changePages((pages, filter) => withSession(pages, session, filter))
  changeView(id, (view) => ({ ...view, session }))
}

export async function deleteSession(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/chat/sessions/{session_id}', { params: { path: { session_id: id } } }))
  changePages((pages) => withoutSession(pages, id))
  queryClient.removeQueries({ queryKey: sessionQuery(id).queryKey })
}

export async function restoreSession(id: string): Promise<void> {
  const path = { session_id: id }
  const session = await unwrap(client.POST('/api/v1/chat/sessions/{session_id}/restore', { params: { path } }))
  changePages((pages, filter) => withSession(pages, session, filter))
}
