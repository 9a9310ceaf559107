/** What forks ask of the server. */
import { client, newIdempotencyKey, unwrap } from '@/api/client'
import type { Session } from '@/api/types'
import { changePages } from '../queries'
import { withSession } from '../sessionPages'

/** A session of its own that begins as a copy: of the branch that is shown, or of the branch up to a message. */
export async function fork(session_id: string, message_id?: string): Promise<Session> {
  const session = await unwrap(
    client.POST('/api/v1/chat/sessions/{session_id}/fork', {
      params: { path: { session_id }, header: { 'Idempotency-Key': newIdempotencyKey() } },
      body: { ...(message_id && { message_id }) },
    }),
  )
  changePages((pages, filter) => withSession(pages, session, filter))
  return session
}
