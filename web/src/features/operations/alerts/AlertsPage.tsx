import { CheckCircleOutlined, HistoryOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { LinkButton } from '@/ui/LinkButton'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { AlertTable } from './AlertTable'
import { AlertTabs } from './AlertTabs'
import { alertsQuery } from './queries'

/** What is wrong now, or about to be. */
export function AlertsPage() {
  const { t } = useTranslation('admin')
  const empty = (
    <EmptyState
      icon={<CheckCircleOutlined aria-hidden="true" />}
      title={t('alerts.quietTitle')}
      text={t('alerts.quietText')}
    >
      <LinkButton to="/admin/alerts/rules">{t('alerts.seeRules')}</LinkButton>
    </EmptyState>
  )
  return <AlertList state="open" empty={empty} />
}

/** What was wrong, and is over. */
export function AlertHistoryPage() {
  const { t } = useTranslation('admin')
  const empty = (
    <EmptyState
      icon={<HistoryOutlined aria-hidden="true" />}
      title={t('alerts.historyEmptyTitle')}
      text={t('alerts.historyEmptyText')}
    />
  )
  return <AlertList state="resolved" empty={empty} />
}

function AlertList({ state, empty }: { state: 'open' | 'resolved'; empty: ReactNode }) {
  const { t } = useTranslation('admin')
  const list = useInfiniteQuery(alertsQuery(state))
  const alerts = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page wide title={t('alerts.title')} text={t('alerts.text')}>
      <AlertTabs />
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && alerts.length === 0 && empty}
      {alerts.length > 0 && <AlertTable alerts={alerts} over={state === 'resolved'} />}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </Page>
  )
}
