/** What can be done to a session, wherever it is listed. */
import { DeleteOutlined, EditOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import type { MenuEntry } from '@/ui/MenuButton'
import { useDeleteSession } from './useDeleteSession'

export function useSessionMenu(session: Session, onRename: () => void): MenuEntry[] {
  const { t } = useTranslation('chat')
  const remove = useDeleteSession()
  return [
    { key: 'rename', label: t('rename'), icon: <EditOutlined aria-hidden="true" />, onPick: onRename },
    {
      key: 'delete',
      label: t('delete'),
      icon: <DeleteOutlined aria-hidden="true" />,
      danger: true,
      onPick: () => remove(session),
    },
  ]
}
