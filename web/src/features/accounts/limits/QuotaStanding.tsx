import { useTranslation } from 'react-i18next'
import type { Quota } from '@/api/types'
import { useFormat } from '@/ui/format'
import { Progress } from '@/ui/Progress'
import styles from './Limits.module.css'
import { shareOf, toneOf } from './limits'

const A_DAY_MS = 86_400_000

/** What has been used of a quota, and when it begins anew. */
export function QuotaStanding({ quota }: { quota: Quota }) {
  const { t, i18n } = useTranslation('limits')
  const format = useFormat()
  const whole = (value: number) => new Intl.NumberFormat(i18n.language).format(value)
  const money = (nano: number) => format.money(nano, quota.currency)
  return (
    <div className={styles.quota}>
      {quota.quota_nano !== null && (
        <Measure
          name={quota.name}
          words={t('standing.money', { used: money(quota.used_nano), quota: money(quota.quota_nano) })}
          share={shareOf(quota.used_nano, quota.quota_nano)}
        />
      )}
      {quota.quota_tokens !== null && (
        <Measure
          name={quota.name}
          words={t('standing.tokens', { used: whole(quota.used_tokens), quota: whole(quota.quota_tokens) })}
          share={shareOf(quota.used_tokens, quota.quota_tokens)}
        />
      )}
      <Resets quota={quota} />
    </div>
  )
}

interface MeasureProps {
  /** Whose quota it is, for those who do not see where the bar stands. */
  name: string
  words: string
  share: number
}

function Measure({ name, words, share }: MeasureProps) {
  const { t } = useTranslation('limits')
  return (
    <div className={styles.measure}>
      <span className={styles.used}>{words}</span>
      <Progress label={t('standing.label', { name, words })} share={share} tone={toneOf(share)} />
    </div>
  )
}

function Resets({ quota }: { quota: Quota }) {
  const { t, i18n } = useTranslation('limits')
  const format = useFormat()
  if (!quota.resets_at) return <span className={styles.resets}>{t('standing.ever')}</span>
  const full = new Date(quota.resets_at).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  const isNear = Date.parse(quota.resets_at) - Date.now() < A_DAY_MS
  return (
    <time className={styles.resets} dateTime={quota.resets_at} title={full}>
      {isNear
        ? t('standing.resets', { when: format.ago(quota.resets_at) })
        : t('standing.resetsOn', { day: format.day(quota.resets_at) })}
    </time>
  )
}
