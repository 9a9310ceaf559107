import { useParams } from '@tanstack/react-router'
import { SharedSession } from '@/features/chat/shares/SharedSession'

/** A copy of a session, for whoever has the link; nobody needs to sign in. */
export function SharedPage() {
  const { token } = useParams({ from: '/share/$token' })
  return <SharedSession token={token} />
}
