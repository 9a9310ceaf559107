import { Outlet, useParams } from '@tanstack/react-router'
import { Conversation } from '@/features/chat/Conversation'
import { NewChat } from '@/features/chat/NewChat'
import { SessionList } from '@/features/chat/SessionList'
import { useUserStream } from '@/features/chat/streams'
import { Wing } from '../shell/Wing'
import { useUser } from '../useAccess'

/** The chat: sessions at the side, one of them open. */
export function ChatLayout() {
  const user = useUser()
  useUserStream(user?.id ?? null)
  return (
    <Wing side={(onLeave) => <SessionList onLeave={onLeave} />}>
      <Outlet />
    </Wing>
  )
}

export function NewChatPage() {
  const user = useUser()
  return user && <NewChat user={user} />
}

export function SessionPage() {
  const user = useUser()
  const { sessionId } = useParams({ strict: false })
  return user && sessionId && <Conversation key={sessionId} sessionId={sessionId} userId={user.id} />
}
