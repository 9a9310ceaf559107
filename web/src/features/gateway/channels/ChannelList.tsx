import { ApiOutlined, PlusOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { LinkButton } from '@/ui/LinkButton'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { ChannelRows } from './ChannelRows'
import { channelsQuery } from './queries'

/** Every upstream account of this hall. */
export function ChannelList() {
  const { t } = useTranslation('gateway')
  const list = useInfiniteQuery(channelsQuery)
  const channels = list.data?.pages.flatMap((page) => page.items) ?? []
  const add = (
    <LinkButton to="/gateway/channels/new" primary icon={<PlusOutlined aria-hidden="true" />}>
      {t('channels.add')}
    </LinkButton>
  )
  return (
    <Page title={t('channels.title')} text={t('channels.text')} actions={channels.length > 0 && add}>
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && channels.length === 0 && (
        <EmptyState
          icon={<ApiOutlined aria-hidden="true" />}
          title={t('channels.emptyTitle')}
          text={t('channels.emptyText')}
        >
          {add}
        </EmptyState>
      )}
      {channels.length > 0 && <ChannelRows channels={channels} />}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('channels.more')}
        </Button>
      )}
    </Page>
  )
}
