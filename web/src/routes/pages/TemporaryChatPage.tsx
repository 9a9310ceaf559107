import { TemporaryConversation } from '@/features/chat/TemporaryConversation'
import { useUser } from '../useAccess'

/** A chat that leaves no trace. */
export function TemporaryChatPage() {
  const user = useUser()
  return user && <TemporaryConversation user={user} />
}
