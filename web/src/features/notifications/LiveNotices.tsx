import { lazy, Suspense, useCallback, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { Notification } from '@/api/types'
import { loadWords } from '@/locales'
import { toast } from '@/ui/toast'
import { centre } from './centre'
import { useNotices } from './useNotices'
import { noticeWords } from './words'

const Centre = lazy(async () => {
  const [{ NotificationCentre }] = await Promise.all([import('./NotificationCentre'), loadWords('notifications')])
  return { default: NotificationCentre }
})

/** Part of the shell: follows what the person should know, says what is new, and shows the centre when asked. */
export function LiveNotices({ userId }: { userId: string }) {
  const { t, i18n } = useTranslation()
  const isOpen = useSyncExternalStore(centre.subscribe, centre.snapshot)
  const tell = useCallback(
    async (notice: Notification) => {
      await loadWords('notifications').catch(() => undefined) // then in the server's words
      toast(noticeWords(i18n, notice).title, { label: t('nav.showNotifications'), onPick: centre.open })
    },
    [t, i18n],
  )
  useNotices(userId, tell)
  return (
    isOpen && (
      <Suspense>
        <Centre onClose={centre.close} />
      </Suspense>
    )
  )
}
