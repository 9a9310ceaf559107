import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Steps.module.css'

/** How far the first run has come. */
export function Steps({ now, all, children }: { now: number; all: number; children?: ReactNode }) {
  const { t } = useTranslation('accounts')
  return (
    <div className={styles.steps}>
      <span>{t('welcome.step', { now, all })}</span>
      {children}
    </div>
  )
}
