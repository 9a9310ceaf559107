/** What an answer changed, asked of the server. */
import { queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import type { Message } from '@/api/types'

const ADDRESS = '/api/v1/chat/sessions/{session_id}/messages/{message_id}/changes'

function pathOf({ id, session_id }: Message) {
  return { session_id, message_id: id }
}

/** The files, as they were at the moment that the message tells. */
export function changesQuery(message: Message) {
  return queryOptions({
    queryKey: ['chat', 'changes', message.id, message.changes?.at],
    queryFn: () => unwrap(client.GET(ADDRESS, { params: { path: pathOf(message) } })),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  })
}

export function differenceQuery(message: Message, path: string) {
  return queryOptions({
    queryKey: ['chat', 'changes', message.id, 'diff', path],
    queryFn: () => unwrap(client.GET(`${ADDRESS}/diff`, { params: { path: pathOf(message), query: { path } } })),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function undoChanges(message: Message) {
  return unwrap(client.POST(`${ADDRESS}/undo`, { params: { path: pathOf(message) } }))
}

export function redoChanges(message: Message) {
  return unwrap(client.POST(`${ADDRESS}/redo`, { params: { path: pathOf(message) } }))
}
