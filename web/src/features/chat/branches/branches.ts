/** What the branches of a session ask of the server. */
import { createContext } from 'react'
import { client, unwrap } from '@/api/client'
import type { Message } from '@/api/types'
import { changeView } from '../queries'
import { withTurn } from '../view'

const ADDRESS = '/api/v1/chat/sessions/{session_id}/messages/{message_id}'

/** Whether an answer is being made: branches stay as they are until it has ended. */
export const Busy = createContext(false)

/** Show the branch that a message is on; the stream brings it to every tab. Nothing happens if it is shown. */
export async function switchBranch(session_id: string, message_id: string): Promise<void> {
  await unwrap(client.POST(`${ADDRESS}/switch`, { params: { path: { session_id, message_id } } }))
}

/** Another answer, by the session's model unless one is named. */
export async function regenerate({ id, session_id }: Message, model?: string): Promise<void> {
  const path = { session_id, message_id: id }
  const body = { ...(model && { model }) }
  const turn = await unwrap(client.POST(`${ADDRESS}/regenerate`, { params: { path }, body }))
  changeView(session_id, (view) => withTurn(view, turn))
}
