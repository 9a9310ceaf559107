import { useTranslation } from 'react-i18next'
import type { ApiKey, Quota } from '@/api/types'
import { Tag } from '@/ui/Tag'
import { useKnownText } from '@/ui/useKnownText'
import { QuotaStanding } from '../limits/QuotaStanding'
import { useLimitWords } from '../limits/useLimitWords'
import styles from './KeysPanel.module.css'

/** What a key is kept to, in few words, and what has been used of its quota. */
export function KeyLimits({ apiKey, quota }: { apiKey: ApiKey; quota: Quota | undefined }) {
  const { t } = useTranslation('settings')
  const known = useKnownText()
  const words = useLimitWords()
  const { models, endpoints, allowed_addresses } = apiKey
  const endpointName = (path: string) => known(`settings:keys.endpoint.${path}`, path)
  const tags = [
    ...few(models, (count) => t('keys.short.models', { count })),
    ...few(endpoints.map(endpointName), (count) => t('keys.short.endpoints', { count })),
    ...words(apiKey),
  ]
  const hasQuota = apiKey.quota_nano !== null || apiKey.quota_tokens !== null
  if (tags.length === 0 && allowed_addresses.length === 0 && !hasQuota) {
    return <span className={styles.soft}>{t('keys.unlimited')}</span>
  }
  return (
    <div className={styles.limits}>
      <span className={styles.tags}>
        {tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
        {allowed_addresses.map((address) => (
          <code key={address}>{address}</code>
        ))}
      </span>
      {quota && <QuotaStanding quota={quota} />}
    </div>
  )
}

/** One by its name, several by their number. */
function few(names: string[], counted: (count: number) => string): string[] {
  return names.length > 1 ? [counted(names.length)] : names
}
