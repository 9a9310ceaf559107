/** What can be done to a folder. */
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, EditOutlined } from '@ant-design/icons'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Folder } from '@/api/types'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { useErrorText } from '@/ui/errorText'
import type { MenuEntry } from '@/ui/MenuButton'
import { toast } from '@/ui/toast'
import { changeFolder, deleteFolder } from './changes'
import { FolderDialog } from './FolderDialog'

/** Where a folder stands among the others. */
export interface Place {
  at: number
  isLast: boolean
}

export function useFolderMenu(folder: Folder, { at, isLast }: Place): { entries: MenuEntry[]; dialog: ReactNode } {
  const { t } = useTranslation('sessions')
  const words = useErrorText()
  const [dialog, show] = useState<ReactNode>(null)
  const close = () => show(null)
  const put = (position: number) => () =>
    void changeFolder(folder.id, { position }).catch((thrown: unknown) => toast(words(thrown)))
  const entries: MenuEntry[] = [
    {
      key: 'rename',
      label: t('rename'),
      icon: <EditOutlined aria-hidden="true" />,
      onPick: () => show(<FolderDialog folder={folder} onClose={close} />),
    },
  ]
  if (at > 0) {
    entries.push({
      key: 'up',
      label: t('folder.up'),
      icon: <ArrowUpOutlined aria-hidden="true" />,
      onPick: put(at - 1),
    })
  }
  if (!isLast) {
    const icon = <ArrowDownOutlined aria-hidden="true" />
    entries.push({ key: 'down', label: t('folder.down'), icon, onPick: put(at + 1) })
  }
  entries.push({
    key: 'delete',
    label: t('folder.delete'),
    icon: <DeleteOutlined aria-hidden="true" />,
    danger: true,
    onPick: () =>
      show(
        <ConfirmDialog
          title={t('folder.deleteTitle', { name: folder.name })}
          action={t('folder.delete')}
          danger
          onConfirm={() => deleteFolder(folder.id)}
          onClose={close}
        >
          <p>{t('folder.deleteText')}</p>
        </ConfirmDialog>,
      ),
  })
  return { entries, dialog }
}
