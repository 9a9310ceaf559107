/** What the chat asks of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type { Session, Turn } from '@/api/types'
import { type SessionPages, withoutSession, withSession } from './sessionPages'
import { type SessionView, withOlder, withTurn } from './view'

const SESSIONS_A_PAGE = 30
const MESSAGES_A_PAGE = 50

export const modelsQuery = queryOptions({
  queryKey: ['gateway', 'models'],
  queryFn: () => unwrap(client.GET('/api/v1/gateway/models')),
})

export const sessionsQuery = infiniteQueryOptions({
  queryKey: ['chat', 'sessions'],
  initialPageParam: null as string | null,
  queryFn: ({ pageParam }) =>
    unwrap(
      client.GET('/api/v1/chat/sessions', {
        params: { query: { limit: SESSIONS_A_PAGE, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  getNextPageParam: (last) => last.next_cursor,
  staleTime: Number.POSITIVE_INFINITY,
  structuralSharing: false,
})

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
  return { session, messages: page.items.toReversed(), olderCursor: page.next_cursor, removed: false }
}

function readMessages(id: string, cursor: string | null) {
  return unwrap(
    client.GET('/api/v1/chat/sessions/{session_id}/messages', {
      params: { path: { session_id: id }, query: { limit: MESSAGES_A_PAGE, ...(cursor && { cursor }) } },
    }),
  )
}

export async function loadOlder(id: string): Promise<void> {
  const view = queryClient.getQueryData(sessionQuery(id).queryKey)
  if (!view?.olderCursor) return
  const page = await readMessages(id, view.olderCursor)
  changeView(id, (now) => withOlder(now, page))
}

export function changeView(id: string, change: (view: SessionView) => SessionView): void {
  queryClient.setQueryData(sessionQuery(id).queryKey, (view) => view && change(view))
}

export function changePages(change: (pages: SessionPages) => SessionPages): void {
  queryClient.setQueryData<SessionPages>(sessionsQuery.queryKey, (pages) => pages && change(pages))
}

export async function createSession(model: string | null): Promise<Session> {
  const session = await unwrap(client.POST('/api/v1/chat/sessions', { body: { model, engine: 'builtin' } }))
  changePages((pages) => withSession(pages, session))
  const view: SessionView = { session, messages: [], olderCursor: null, removed: false }
  queryClient.setQueryData(sessionQuery(session.id).queryKey, view)
  return session
}

export async function sendMessage(id: string, text: string, model: string | null, wish: string): Promise<Turn> {
  const turn = await unwrap(
    client.POST('/api/v1/chat/sessions/{session_id}/messages', {
      params: { path: { session_id: id }, header: { 'Idempotency-Key': wish } },
      body: model ? { text, model } : { text },
    }),
  )
  changeView(id, (view) => withTurn(view, turn))
  return turn
}

export async function retryAnswer(id: string): Promise<void> {
  const path = { session_id: id }
  const turn = await unwrap(client.POST('/api/v1/chat/sessions/{session_id}/retry', { params: { path } }))
  changeView(id, (view) => withTurn(view, turn))
}

export async function stopAnswer(id: string): Promise<void> {
  await unwrap(client.POST('/api/v1/chat/sessions/{session_id}/stop', { params: { path: { session_id: id } } }))
}

export async function changeSession(id: string, wanted: { title?: string; model?: string }): Promise<void> {
  const path = { session_id: id }
  const session = await unwrap(client.PATCH('/api/v1/chat/sessions/{session_id}', { params: { path }, body: wanted }))
  changePages((pages) => withSession(pages, session))
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
  changePages((pages) => withSession(pages, session))
}
