/** Delete at once, and offer to undo it. */
import { useNavigate, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import { deleteSession, restoreSession } from './queries'

export function useDeleteSession(): (session: Session) => void {
  const { t } = useTranslation(['sessions', 'chat'])
  const words = useErrorText()
  const navigate = useNavigate()
  const { sessionId } = useParams({ strict: false })
  const restore = async (session: Session, wasOpen: boolean) => {
    await restoreSession(session.id)
    if (wasOpen) await navigate({ to: '/chat/$sessionId', params: { sessionId: session.id } })
  }
  const remove = async (session: Session) => {
    const wasOpen = sessionId === session.id
    if (wasOpen) await navigate({ to: '/chat' })
    await deleteSession(session.id)
    toast(t('deleted', { title: session.title ?? t('chat:untitled') }), {
      label: t('undo'),
      onPick: () => {
        restore(session, wasOpen).catch((thrown: unknown) => toast(words(thrown)))
      },
    })
  }
  return (session) => {
    remove(session).catch((thrown: unknown) => toast(words(thrown)))
  }
}
