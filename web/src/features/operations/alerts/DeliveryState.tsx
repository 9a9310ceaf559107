import { useTranslation } from 'react-i18next'
import type { AlertDelivery } from '@/api/types'
import { Tag } from '@/ui/Tag'
import { Ago } from '@/ui/Time'
import styles from './Alerts.module.css'
import { useReason } from './reason'

const TONE = { sent: 'good', waiting: 'plain', failed: 'bad' } as const

/** How a message fared, and why it did not arrive. */
export function DeliveryState({ delivery }: { delivery: AlertDelivery }) {
  const { t } = useTranslation('admin')
  const reason = useReason()
  const { state, created_at, error_code, last_error } = delivery
  return (
    <span className={styles.stack}>
      <span className={styles.tags}>
        <Tag tone={TONE[state]}>{t(`alerts.delivery.${state}`)}</Tag>
        <span className={styles.soft}>
          <Ago at={created_at} />
        </span>
      </span>
      {state !== 'sent' && last_error && <span className={styles.soft}>{reason(error_code, last_error)}</span>}
    </span>
  )
}
