/** What summing up a conversation asks of the server. */
import { client, unwrap } from '@/api/client'
import { changeView } from '../queries'
import { withMade } from '../view'

/** Have a conversation summed up; with `retryId`, the question of that answer is asked again afterwards. */
export async function compact(session_id: string, wanted: { note?: string; retryId?: string } = {}): Promise<void> {
  const { note, retryId } = wanted
  const message = await unwrap(
    client.POST('/api/v1/chat/sessions/{session_id}/compact', {
      params: { path: { session_id } },
      body: { ...(note && { note }), ...(retryId && { retry_id: retryId }) },
    }),
  )
  changeView(session_id, (view) => withMade(view, message))
}
