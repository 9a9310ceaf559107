/** Archive at once, and offer to undo it. */
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import { toast } from '@/ui/toast'
import { changeSession } from './queries'

export function useArchive() {
  const { t } = useTranslation(['sessions', 'chat'])
  const words = useErrorText()
  const say = (thrown: unknown) => toast(words(thrown))
  const title = (session: Session) => session.title ?? t('chat:untitled')
  const archive = async (session: Session) => {
    await changeSession(session.id, { is_archived: true })
    const { is_pinned } = session
    toast(t('archived', { title: title(session) }), {
      label: t('undo'),
      onPick: () => void changeSession(session.id, { is_archived: false, is_pinned }).catch(say),
    })
  }
  const bringBack = async (session: Session) => {
    await changeSession(session.id, { is_archived: false })
    toast(t('broughtBack', { title: title(session) }))
  }
  return {
    archive: (session: Session) => void archive(session).catch(say),
    bringBack: (session: Session) => void bringBack(session).catch(say),
  }
}
