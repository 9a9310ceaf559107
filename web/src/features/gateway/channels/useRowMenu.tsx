import { ArrowDownOutlined, ArrowUpOutlined, CopyOutlined, DeleteOutlined, EditOutlined } from '@ant-design/icons'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Channel } from '@/api/types'
import type { MenuEntry } from '@/ui/MenuButton'
import { toast } from '@/ui/toast'

interface RowMenu {
  channel: Channel
  place: number
  count: number
  onMove: (to: number) => void
  onClone: () => Promise<Channel>
  onDelete: () => void
}

/** What else can be done with a channel. */
export function useRowMenu({ channel, place, count, onMove, onClone, onDelete }: RowMenu): MenuEntry[] {
  const { t } = useTranslation('gateway')
  const navigate = useNavigate()
  const edit = (channelId: string) => void navigate({ to: '/gateway/channels/$channelId', params: { channelId } })
  const clone = async () => {
    const copy = await onClone()
    toast(t('channels.cloned', { name: copy.name }), { label: t('channels.edit'), onPick: () => edit(copy.id) })
  }
  const entries: (MenuEntry | false)[] = [
    {
      key: 'edit',
      label: t('channels.edit'),
      icon: <EditOutlined aria-hidden="true" />,
      onPick: () => edit(channel.id),
    },
    place > 0 && {
      key: 'up',
      label: t('channels.moveUp'),
      icon: <ArrowUpOutlined aria-hidden="true" />,
      onPick: () => onMove(place - 1),
    },
    place < count - 1 && {
      key: 'down',
      label: t('channels.moveDown'),
      icon: <ArrowDownOutlined aria-hidden="true" />,
      onPick: () => onMove(place + 1),
    },
    {
      key: 'clone',
      label: t('channels.clone'),
      icon: <CopyOutlined aria-hidden="true" />,
      onPick: () => void clone().catch(() => undefined), // the row says what went wrong
    },
    {
      key: 'delete',
      label: t('channels.delete'),
      icon: <DeleteOutlined aria-hidden="true" />,
      danger: true,
      onPick: onDelete,
    },
  ]
  return entries.filter((entry) => entry !== false)
}
