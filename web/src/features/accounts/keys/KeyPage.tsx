import { KeyOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '@/api/types'
import { BackLink } from '@/ui/BackLink'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Section } from '@/ui/Section'
import { Skeleton } from '@/ui/Skeleton'
import { QuotaStanding } from '../limits/QuotaStanding'
import { quotasQuery } from '../limits/queries'
import { KeyFacts } from './KeyFacts'
import styles from './KeysPanel.module.css'
import type { KeyWork } from './KeyTable'
import { KeyUse } from './KeyUse'
import { KeyWorkDialog } from './KeyWorkDialog'
import { keysQuery } from './queries'

/** One key of one's own. All the keys that a person may have come with the first page of the list. */
export function KeyPage({ keyId, models }: { keyId: string; models: string[] }) {
  const { t } = useTranslation('settings')
  const keys = useInfiniteQuery(keysQuery)
  const key = keys.data?.pages.flatMap((page) => page.items).find(({ id }) => id === keyId)
  if (key) return <OneKey apiKey={key} models={models} />
  return (
    <Page title={t('keys.one')}>
      <BackLink to="/settings/keys">{t('keys.title')}</BackLink>
      {keys.isPending && <Skeleton />}
      {keys.isError && <ErrorNotice error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isSuccess && (
        <EmptyState icon={<KeyOutlined aria-hidden="true" />} title={t('keys.goneTitle')} text={t('keys.goneText')} />
      )}
    </Page>
  )
}

function OneKey({ apiKey, models }: { apiKey: ApiKey; models: string[] }) {
  const { t } = useTranslation('settings')
  const navigate = useNavigate()
  const [work, setWork] = useState<KeyWork | null>(null)
  const actions = (
    <div className={styles.buttons}>
      <Button onClick={() => setWork('rotate')}>{t('keys.rotate')}</Button>
      <Button danger onClick={() => setWork('revoke')}>
        {t('keys.revoke')}
      </Button>
      <Button type="primary" onClick={() => setWork('change')}>
        {t('keys.change')}
      </Button>
    </div>
  )
  return (
    <Page title={apiKey.name} actions={actions}>
      <BackLink to="/settings/keys">{t('keys.title')}</BackLink>
      <Standing apiKey={apiKey} />
      <KeyUse keyId={apiKey.id} />
      <Section title={t('keys.settings')}>
        <KeyFacts apiKey={apiKey} />
      </Section>
      {work && (
        <KeyWorkDialog
          kind={work}
          apiKey={apiKey}
          models={models}
          onRevoked={() => void navigate({ to: '/settings/keys' })}
          onClose={() => setWork(null)}
        />
      )}
    </Page>
  )
}

/** What has been used of its quota; not there when it has none. */
function Standing({ apiKey }: { apiKey: ApiKey }) {
  const { t } = useTranslation('settings')
  const quotas = useQuery(quotasQuery())
  const quota = quotas.data?.find(({ id }) => id === apiKey.id)
  if (quotas.isError) return <ErrorNotice error={quotas.error} onRetry={() => void quotas.refetch()} />
  if (!quota) return null
  return (
    <Section title={t('keys.part.quota')}>
      <QuotaStanding quota={quota} />
    </Section>
  )
}
