import { DownloadOutlined, UnorderedListOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { saveFile } from '@/ui/saveFile'
import { Time } from '@/ui/Time'
import { useFilters } from '@/ui/useFilters'
import { CallFilterBar } from './CallFilterBar'
import styles from './Calls.module.css'
import { CallTable } from './CallTable'
import { type CallFilters, FILTERS } from './filters'
import { callsQuery, downloadCalls, tailQuery } from './queries'
import { useAtTop } from './useAtTop'

/** Every call that has ended, newest first: all of them for admins, one's own for others. */
export function CallsPage({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation('calls')
  const { filters, change, clear } = useFilters(...FILTERS)
  const download = useMutation({
    mutationFn: () => downloadCalls(filters),
    onSuccess: (file) => saveFile('calls.csv', file),
  })
  return (
    <Page
      wide
      title={t('title')}
      text={t(isAdmin ? 'text' : 'ownText')}
      actions={
        <Button
          icon={<DownloadOutlined aria-hidden="true" />}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          {t('download')}
        </Button>
      }
    >
      <CallFilterBar filters={filters} onChange={change} onClear={clear} isAdmin={isAdmin} />
      {download.isError && <ErrorNotice error={download.error} />}
      <Calls filters={filters} isFiltered={clear !== undefined} isAdmin={isAdmin} />
    </Page>
  )
}

interface CallsProps {
  filters: CallFilters
  isFiltered: boolean
  isAdmin: boolean
}

function Calls({ filters, isFiltered, isAdmin }: CallsProps) {
  const { t } = useTranslation('calls')
  const [live, setLive] = useState(false)
  const [atTop, top] = useAtTop()
  const list = useInfiniteQuery({ ...callsQuery(filters), refetchOnWindowFocus: !live })
  const tail = useQuery(tailQuery(filters, live && atTop && list.isSuccess))
  const calls = list.data?.pages.flatMap((page) => page.items) ?? []
  const last = list.data?.pages.at(-1)
  return (
    <>
      <div ref={top} className={styles.live}>
        <span className={styles.switch}>
          <Switch id="calls-live" size="small" checked={live} onChange={setLive} />
          <label htmlFor="calls-live">{t('live')}</label>
        </span>
        <span className={styles.soft} role="status">
          {live && (tail.isError ? t('lost') : atTop ? t('following') : t('paused'))}
        </span>
      </div>
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && calls.length === 0 && !last?.next_cursor && <Nothing isFiltered={isFiltered} />}
      {calls.length > 0 && (
        <CallTable
          calls={calls}
          currency={last?.currency ?? 'USD'}
          fresh={live ? (tail.data?.fresh ?? []) : []}
          isAdmin={isAdmin}
        />
      )}
      {last?.looked_back_to && (
        <p className={styles.soft} role="status">
          {t('lookedBackTo')} <Time at={last.looked_back_to} withClock />
        </p>
      )}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t(last?.looked_back_to ? 'lookOn' : 'more')}
        </Button>
      )}
    </>
  )
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useTranslation('calls')
  return (
    <EmptyState
      icon={<UnorderedListOutlined aria-hidden="true" />}
      title={t(isFiltered ? 'noneTitle' : 'emptyTitle')}
      text={t(isFiltered ? 'noneText' : 'emptyText')}
    />
  )
}
