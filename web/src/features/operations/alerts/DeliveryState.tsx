import { useTranslation } from 'react-i18next'
import type { AlertDelivery } from '@/api/types'
import { Tag } from '@/ui/Tag'
import { Ago } from '@/ui/Time'
import styles from './Alerts.module.css'

const TONE = { sent: 'good', waiting: 'plain', failed: 'bad' } as const

/** How a message fared, and why it did not arrive. */
export function DeliveryState({ delivery: { state, created_at, last_error } }: { delivery: AlertDelivery }) {
  const { t } = useTranslation('admin')
  return (
    <span className={styles.stack}>
      <span className={styles.tags}>
        <Tag tone={TONE[state]}>{t(`alerts.delivery.${state}`)}</Tag>
        <span className={styles.soft}>
          <Ago at={created_at} />
        </span>
      </span>
      {state !== 'sent' && last_error && <span className={styles.soft}>{last_error}</span>}
    </span>
  )
}
