import { DeleteOutlined, EditOutlined, MoreOutlined, ThunderboltOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import type { AlertChannel } from '@/api/types'
import { Button } from '@/ui/Button'
import { type Column, DataTable } from '@/ui/DataTable'
import { useErrorText } from '@/ui/errorText'
import { MenuButton } from '@/ui/MenuButton'
import { toast } from '@/ui/toast'
import styles from './Alerts.module.css'
import { DeliveryState } from './DeliveryState'
import { changeChannel, testChannel } from './queries'
import { useReason } from './reason'

interface ChannelTableProps {
  channels: AlertChannel[]
  onEdit: (channel: AlertChannel) => void
  onDelete: (channel: AlertChannel) => void
}

export function ChannelTable({ channels, onEdit, onDelete }: ChannelTableProps) {
  const { t } = useTranslation('admin')
  const entriesOf = (channel: AlertChannel) => [
    { key: 'edit', label: t('edit'), icon: <EditOutlined aria-hidden="true" />, onPick: () => onEdit(channel) },
    {
      key: 'delete',
      label: t('delete'),
      icon: <DeleteOutlined aria-hidden="true" />,
      danger: true,
      onPick: () => onDelete(channel),
    },
  ]
  const columns: Column<AlertChannel>[] = [
    { key: 'name', title: t('alerts.channel'), kind: 'name', render: ({ name }) => name },
    { key: 'kind', title: t('alerts.kind'), render: ({ kind }) => t(`alerts.kinds.${kind}`) },
    { key: 'target', title: t('alerts.target'), render: ({ target }) => (target ? <code>{target}</code> : '–') },
    { key: 'last', title: t('alerts.lastDelivery'), render: (channel) => <LastDelivery channel={channel} /> },
    {
      key: 'actions',
      title: t('actions'),
      kind: 'actions',
      render: (channel) => (
        <span className={styles.actions}>
          <TestButton channel={channel} />
          <EnabledSwitch channel={channel} />
          <MenuButton label={t('menuOf', { name: channel.name })} entries={entriesOf(channel)}>
            <MoreOutlined aria-hidden="true" />
          </MenuButton>
        </span>
      ),
    },
  ]
  return <DataTable label={t('alerts.channels')} columns={columns} rows={channels} rowKey={(channel) => channel.id} />
}

function LastDelivery({ channel: { last_delivery } }: { channel: AlertChannel }) {
  const { t } = useTranslation('admin')
  if (!last_delivery) return t('alerts.nothingSent')
  return <DeliveryState delivery={last_delivery} />
}

function TestButton({ channel }: { channel: AlertChannel }) {
  const { t } = useTranslation('admin')
  const errors = useErrorText()
  const reason = useReason()
  const test = useMutation({
    mutationFn: () => testChannel(channel.id),
    onSuccess: ({ ok, code, message }) =>
      toast(
        ok ? t('alerts.testSent', { name: channel.name }) : t('alerts.testFailed', { message: reason(code, message) }),
      ),
    onError: (thrown) => toast(errors(thrown)),
  })
  return (
    <Button
      size="small"
      icon={<ThunderboltOutlined aria-hidden="true" />}
      loading={test.isPending}
      aria-label={t('alerts.testOf', { name: channel.name })}
      onClick={() => test.mutate()}
    >
      {t('alerts.test')}
    </Button>
  )
}

function EnabledSwitch({ channel }: { channel: AlertChannel }) {
  const { t } = useTranslation('admin')
  const errors = useErrorText()
  const turn = useMutation({
    mutationFn: (enabled: boolean) => changeChannel(channel.id, { enabled }),
    onError: (thrown) => toast(errors(thrown)),
  })
  return (
    <Switch
      checked={turn.isPending ? turn.variables : channel.enabled}
      loading={turn.isPending}
      aria-label={t('enabledOf', { name: channel.name })}
      onChange={(enabled) => turn.mutate(enabled)}
    />
  )
}
