import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '@/api/types'
import { Fact } from '@/ui/Fact'
import { Ago, Time } from '@/ui/Time'
import { useKnownText } from '@/ui/useKnownText'
import { useLimitWords } from '../limits/useLimitWords'
import styles from './KeysPanel.module.css'
import { Scopes, Until } from './KeyTable'

/** Everything that is set about a key. */
export function KeyFacts({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('settings')
  const known = useKnownText()
  const words = useLimitWords()(apiKey)
  const endpoints = apiKey.endpoints.map((path) => known(`settings:keys.endpoint.${path}`, path))
  return (
    <dl className={styles.facts}>
      <Fact name={t('keys.key')}>
        <code>{apiKey.prefix}…</code>
      </Fact>
      <Fact name={t('keys.may')}>
        <Scopes apiKey={apiKey} />
      </Fact>
      <Fact name={t('keys.models')}>{listed(apiKey.models) ?? t('keys.all')}</Fact>
      <Fact name={t('keys.endpoints')}>{endpoints.length > 0 ? endpoints.join(', ') : t('keys.all')}</Fact>
      <Fact name={t('keys.part.rates')}>{words.length > 0 ? words.join(', ') : t('keys.unlimited')}</Fact>
      <Fact name={t('keys.part.addresses')}>{listed(apiKey.allowed_addresses) ?? t('keys.anywhere')}</Fact>
      <Fact name={t('keys.until')}>
        <Until apiKey={apiKey} />
      </Fact>
      <Fact name={t('keys.used')}>{apiKey.last_used_at ? <Ago at={apiKey.last_used_at} /> : t('keys.never')}</Fact>
      <Fact name={t('keys.created')}>
        <Time at={apiKey.created_at} withClock />
      </Fact>
    </dl>
  )
}

/** Names that people or machines gave, which are not translated. */
function listed(names: string[]): ReactNode | null {
  if (names.length === 0) return null
  return (
    <span className={styles.tags} translate="no">
      {names.map((name) => (
        <code key={name}>{name}</code>
      ))}
    </span>
  )
}
