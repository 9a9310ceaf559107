import { useTranslation } from 'react-i18next'
import { useTitleMark } from '@/ui/useTitle'
import { useWaiting, useWaitingStream } from './useWaiting'

/** Part of the shell: says in the browser's tab, and to screen readers, that an agent waits for this person. */
export function LiveWaiting({ userId }: { userId: string }) {
  const { t } = useTranslation()
  useWaitingStream(userId)
  const count = useWaiting().length
  useTitleMark(count > 0 ? t('permission.titleMark', { count }) : '')
  return (
    <span className="visually-hidden" role="status" aria-live="polite">
      {count > 0 ? t('permission.waiting', { count }) : ''}
    </span>
  )
}
