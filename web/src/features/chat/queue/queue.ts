/** What the queue of a session asks of the server; its stream brings what comes of it. */
import { client, unwrap } from '@/api/client'

const ADDRESS = '/api/v1/chat/sessions/{session_id}/queue'

export async function changeQueued(session_id: string, queued_id: string, text: string): Promise<void> {
  const path = { session_id, queued_id }
  await unwrap(client.PATCH(`${ADDRESS}/{queued_id}`, { params: { path }, body: { text } }))
}

export async function removeQueued(session_id: string, queued_id: string): Promise<void> {
  await unwrap(client.DELETE(`${ADDRESS}/{queued_id}`, { params: { path: { session_id, queued_id } } }))
}

export async function orderQueue(session_id: string, ids: string[]): Promise<void> {
  await unwrap(client.PUT(ADDRESS, { params: { path: { session_id } }, body: { ids } }))
}

export async function resumeQueue(session_id: string): Promise<void> {
  await unwrap(client.POST(`${ADDRESS}/resume`, { params: { path: { session_id } } }))
}
