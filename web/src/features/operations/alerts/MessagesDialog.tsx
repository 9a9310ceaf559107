import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Alert, AlertDelivery } from '@/api/types'
import { Button } from '@/ui/Button'
import { type Column, DataTable } from '@/ui/DataTable'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Skeleton } from '@/ui/Skeleton'
import { DeliveryState } from './DeliveryState'
import { channelsQuery, messagesQuery } from './queries'
import { useAlertWords } from './words'

/** Who was told of an alert, when, and why somebody was not. */
export function MessagesDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const words = useAlertWords()
  const list = useInfiniteQuery(messagesQuery(alert.id))
  const { data: channels = [] } = useQuery(channelsQuery)
  const messages = list.data?.pages.flatMap((page) => page.items) ?? []
  const nameOf = (id: string) => channels.find((channel) => channel.id === id)?.name ?? t('alerts.channelGone')
  const columns: Column<AlertDelivery>[] = [
    { key: 'channel', title: t('alerts.channel'), kind: 'name', render: ({ channel_id }) => nameOf(channel_id) },
    { key: 'occasion', title: t('alerts.occasion'), render: ({ occasion }) => t(`alerts.occasions.${occasion}`) },
    { key: 'outcome', title: t('alerts.outcome'), render: (message) => <DeliveryState delivery={message} /> },
  ]
  return (
    <Dialog title={t('alerts.messagesOf', { name: words.rule(alert.rule_name) })} onClose={onClose}>
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && messages.length === 0 && <p>{t('alerts.messagesNone')}</p>}
      {messages.length > 0 && (
        <DataTable label={t('alerts.messages')} columns={columns} rows={messages} rowKey={({ id }) => id} />
      )}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </Dialog>
  )
}
