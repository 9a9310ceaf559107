import { useTranslation } from 'react-i18next'
import type { CallAttempt } from '@/api/types'
import { useFormat } from '@/ui/format'
import { Tag } from '@/ui/Tag'
import { useKnownText } from '@/ui/useKnownText'
import styles from './Calls.module.css'
import { nameOf, spanOf } from './words'

const TONES = { answered: 'good', failed: 'bad', interrupted: 'warn' } as const

/** Every attempt of a call, in order. */
export function Attempts({ attempts }: { attempts: CallAttempt[] }) {
  const { t } = useTranslation('calls')
  return (
    <ol className={styles.timeline} aria-label={t('attempts.title')}>
      {attempts.map((attempt) => (
        <Attempt key={attempt.number} attempt={attempt} />
      ))}
    </ol>
  )
}

function Attempt({ attempt }: { attempt: CallAttempt }) {
  const { t, i18n } = useTranslation('calls')
  const text = useKnownText()
  const format = useFormat()
  const { outcome, channel, reason, status, message, at, total_us, upstream_model, channel_key_id } = attempt
  const aside = [upstream_model, channel_key_id && t('attempts.key', { id: channel_key_id })].filter(Boolean)
  return (
    <li className={styles.attempt} data-outcome={outcome}>
      <span className={styles.attemptHead}>
        <strong>{channel ? nameOf(channel) : t('attempts.number', { number: attempt.number })}</strong>
        <Tag tone={TONES[outcome]}>{t(`attempts.${outcome}`)}</Tag>
        {reason && <span>{text(`calls:reasons.${reason}`, reason)}</span>}
        {status !== null && <span className={styles.soft}>{t('attempts.status', { status })}</span>}
        <span className={styles.soft}>
          {at && new Date(at).toLocaleTimeString(i18n.language)}
          {total_us !== null && ` · ${spanOf(format, total_us)}`}
        </span>
      </span>
      {message && <span>{message}</span>}
      {aside.length > 0 && <span className={styles.soft}>{aside.join(' · ')}</span>}
    </li>
  )
}
