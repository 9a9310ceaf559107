/** What can be done to a session, wherever it is listed. */
import {
  ApiOutlined,
  CompressOutlined,
  DeleteOutlined,
  DownloadOutlined,
  EditOutlined,
  FolderOutlined,
  ForkOutlined,
  InboxOutlined,
  PushpinOutlined,
  ShareAltOutlined,
  TagsOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { useErrorText } from '@/ui/errorText'
import type { MenuEntry } from '@/ui/MenuButton'
import { toast } from '@/ui/toast'
import { ToolServersDialog } from './agent/ToolServersDialog'
import { type ExportFormat, exportSession } from './exportSession'
import { MoveDialog } from './folders/MoveDialog'
import { TagsDialog } from './folders/TagsDialog'
import { useFork } from './forks/useFork'
import { changeSession } from './queries'
import { ShareDialog } from './shares/ShareDialog'
import { CompactDialog } from './summaries/CompactDialog'
import { useArchive } from './useArchive'
import { useDeleteSession } from './useDeleteSession'

export function useSessionMenu(session: Session, onRename: () => void, show: (dialog: ReactNode) => void): MenuEntry[] {
  const { t } = useTranslation('sessions')
  const words = useErrorText()
  const remove = useDeleteSession()
  const { archive, bringBack } = useArchive()
  const fork = useFork()
  const { is_pinned, is_archived } = session
  const say = (thrown: unknown) => toast(words(thrown))
  const exporting = (format: ExportFormat): MenuEntry => ({
    key: format,
    label: t(`export.${format}`),
    icon: <DownloadOutlined aria-hidden="true" />,
    onPick: () => void exportSession(session, format).catch(say),
  })
  return [
    { key: 'rename', label: t('rename'), icon: <EditOutlined aria-hidden="true" />, onPick: onRename },
    {
      key: 'pin',
      label: t(is_pinned ? 'unpin' : 'pin'),
      icon: <PushpinOutlined aria-hidden="true" />,
      onPick: () => void changeSession(session.id, { is_pinned: !is_pinned }).catch(say),
    },
    {
      key: 'move',
      label: t('folder.move'),
      icon: <FolderOutlined aria-hidden="true" />,
      onPick: () => show(<MoveDialog session={session} onClose={() => show(null)} />),
    },
    {
      key: 'tags',
      label: t('tags.entry'),
      icon: <TagsOutlined aria-hidden="true" />,
      onPick: () => show(<TagsDialog session={session} onClose={() => show(null)} />),
    },
    {
      key: 'archive',
      label: t(is_archived ? 'bringBack' : 'archive'),
      icon: <InboxOutlined aria-hidden="true" />,
      onPick: () => (is_archived ? bringBack(session) : archive(session)),
    },
    {
      key: 'share',
      label: t('share.entry'),
      icon: <ShareAltOutlined aria-hidden="true" />,
      onPick: () => show(<ShareDialog session={session} onClose={() => show(null)} />),
    },
    {
      key: 'tools',
      label: t('tools.entry'),
      icon: <ApiOutlined aria-hidden="true" />,
      onPick: () => show(<ToolServersDialog session={session} onClose={() => show(null)} />),
    },
    {
      key: 'compact',
      label: t('compact.entry'),
      icon: <CompressOutlined aria-hidden="true" />,
      onPick: () => show(<CompactDialog session={session} onClose={() => show(null)} />),
    },
    {
      key: 'fork',
      label: t('fork.entry'),
      icon: <ForkOutlined aria-hidden="true" />,
      onPick: () => fork(session.id),
    },
    exporting('markdown'),
    exporting('json'),
    {
      key: 'delete',
      label: t('delete'),
      icon: <DeleteOutlined aria-hidden="true" />,
      danger: true,
      onPick: () => remove(session),
    },
  ]
}
