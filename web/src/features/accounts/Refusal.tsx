import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '@/ui/ErrorNotice'
import styles from './AccountFrame.module.css'
import { clockText, waitOf } from './waiting'

/** Why it did not work; when there were too many attempts, how long to wait. */
export function Refusal({ error, wait }: { error: unknown; wait: number }) {
  const { t } = useTranslation('accounts')
  if (!error) return null
  if (wait === 0 && waitOf(error) !== null) {
    return (
      <p className={styles.limited} role="status">
        {t('limited.over')}
      </p>
    )
  }
  if (wait === 0) {
    return (
      <div className={styles.error}>
        <ErrorNotice error={error} />
      </div>
    )
  }
  return (
    <div className={styles.limited}>
      <p role="alert">{t('limited.text')}</p>
      <p role="timer" className={styles.clock}>
        {t('limited.wait', { clock: clockText(wait) })}
      </p>
    </div>
  )
}
