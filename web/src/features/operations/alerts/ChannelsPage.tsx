import { NotificationOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertChannel } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'
import { AlertTabs } from './AlertTabs'
import { ChannelDialog } from './ChannelDialog'
import { ChannelTable } from './ChannelTable'
import { channelsQuery, deleteChannel } from './queries'

/** Where word of alerts goes. */
export function ChannelsPage() {
  const { t } = useTranslation('admin')
  const channels = useQuery(channelsQuery)
  const [editing, setEditing] = useState<AlertChannel | 'new' | null>(null)
  const [deleting, setDeleting] = useState<AlertChannel | null>(null)
  const any = channels.isSuccess && channels.data.length > 0
  const add = (
    <Button type="primary" icon={<PlusOutlined aria-hidden="true" />} onClick={() => setEditing('new')}>
      {t('alerts.addChannel')}
    </Button>
  )
  return (
    <Page wide title={t('alerts.title')} text={t('alerts.channelsText')} actions={any && add}>
      <AlertTabs />
      {channels.isPending && <Skeleton />}
      {channels.isError && <ErrorNotice error={channels.error} onRetry={() => void channels.refetch()} />}
      {channels.data?.length === 0 && (
        <EmptyState
          icon={<NotificationOutlined aria-hidden="true" />}
          title={t('alerts.channelsEmptyTitle')}
          text={t('alerts.channelsEmptyText')}
        >
          {add}
        </EmptyState>
      )}
      {any && <ChannelTable channels={channels.data} onEdit={setEditing} onDelete={setDeleting} />}
      {editing && <ChannelDialog channel={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      {deleting && (
        <ConfirmDialog
          title={t('alerts.deleteChannelTitle', { name: deleting.name })}
          action={t('delete')}
          danger
          onConfirm={() => deleteChannel(deleting.id)}
          onDone={() => toast(t('alerts.channelDeleted', { name: deleting.name }))}
          onClose={() => setDeleting(null)}
        >
          <p>{t('alerts.deleteChannelText')}</p>
        </ConfirmDialog>
      )}
    </Page>
  )
}
