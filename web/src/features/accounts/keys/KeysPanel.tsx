import { KeyOutlined, PlusOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '@/api/types'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { quotasQuery } from '../limits/queries'
import { CreateKeyDialog } from './KeyDialog'
import { KeyTable, type KeyWork } from './KeyTable'
import { KeyWorkDialog } from './KeyWorkDialog'
import { keysQuery } from './queries'

/** A guest has no name for programs to work in. */
export function NoKeysForGuests() {
  const { t } = useTranslation('settings')
  return (
    <Page title={t('keys.title')}>
      <EmptyState icon={<KeyOutlined aria-hidden="true" />} title={t('keys.guestTitle')} text={t('keys.guestText')} />
    </Page>
  )
}

/** The keys with which programs work in this person's name. */
export function KeysPanel({ models }: { models: string[] }) {
  const { t } = useTranslation(['settings', 'common'])
  const keys = useInfiniteQuery(keysQuery)
  const quotas = useQuery(quotasQuery())
  const [creating, setCreating] = useState(false)
  const [work, setWork] = useState<{ kind: KeyWork; key: ApiKey } | null>(null)
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setCreating(true)}>
      {t('keys.create')}
    </Button>
  )
  const items = keys.data?.pages.flatMap((page) => page.items) ?? []
  const done = () => setWork(null)
  return (
    <Page wide title={t('keys.title')} text={t('keys.text')} actions={items.length > 0 && add}>
      {keys.isPending && <Skeleton />}
      {keys.isError && <ErrorNotice error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isSuccess && items.length === 0 && (
        <EmptyState icon={<KeyOutlined aria-hidden="true" />} title={t('keys.emptyTitle')} text={t('keys.emptyText')}>
          {add}
        </EmptyState>
      )}
      {items.length > 0 && (
        <KeyTable
          linked
          keys={items}
          quotas={quotas.data ?? []}
          works={['change', 'rotate', 'revoke']}
          onWork={(kind, key) => setWork({ kind, key })}
        />
      )}
      {quotas.isError && <ErrorNotice error={quotas.error} onRetry={() => void quotas.refetch()} />}
      {keys.hasNextPage && (
        <Button loading={keys.isFetchingNextPage} onClick={() => void keys.fetchNextPage()}>
          {t('keys.more')}
        </Button>
      )}
      {creating && <CreateKeyDialog models={models} onClose={() => setCreating(false)} />}
      {work && <KeyWorkDialog kind={work.kind} apiKey={work.key} models={models} onClose={done} />}
    </Page>
  )
}
