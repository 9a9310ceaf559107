import { ApiOutlined, PlusOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Channel } from '@/api/types'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { LinkButton } from '@/ui/LinkButton'
import { Page } from '@/ui/Page'
import styles from './ChannelList.module.css'
import { ChannelRow } from './ChannelRow'
import { DeleteChannelDialog } from './DeleteChannelDialog'
import { channelsQuery } from './queries'

/** Every upstream account of this hall. */
export function ChannelList() {
  const { t } = useTranslation('gateway')
  const list = useInfiniteQuery(channelsQuery)
  const [deleting, setDeleting] = useState<Channel | null>(null)
  const channels = list.data?.pages.flatMap((page) => page.items) ?? []
  const add = (
    <LinkButton to="/gateway/channels/new" variant="solid" color="primary" icon={<PlusOutlined aria-hidden="true" />}>
      {t('channels.add')}
    </LinkButton>
  )
  return (
    <Page title={t('channels.title')} text={t('channels.text')} actions={channels.length > 0 && add}>
      {list.isPending && <Skeleton active />}
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
      {channels.length > 0 && (
        <ul className={styles.list}>
          {channels.map((channel) => (
            <ChannelRow key={channel.id} channel={channel} onDelete={() => setDeleting(channel)} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('channels.more')}
        </Button>
      )}
      {deleting && <DeleteChannelDialog channel={deleting} onClose={() => setDeleting(null)} />}
    </Page>
  )
}
