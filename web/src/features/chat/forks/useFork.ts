/** Fork, and go to the fork. */
import { useNavigate } from '@tanstack/react-router'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import { fork } from './forks'

export function useFork(): (sessionId: string, messageId?: string) => void {
  const navigate = useNavigate()
  const words = useErrorText()
  return (sessionId, messageId) => {
    fork(sessionId, messageId)
      .then((session) => navigate({ to: '/chat/$sessionId', params: { sessionId: session.id } }))
      .catch((thrown: unknown) => toast(words(thrown)))
  }
}
