/** What can be done to a file or folder, wherever it is listed. */
import {
  CopyOutlined,
  DeleteOutlined,
  DownloadOutlined,
  EditOutlined,
  FileAddOutlined,
  FolderAddOutlined,
  FolderOutlined,
  UploadOutlined,
} from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useErrorText } from '@/ui/errorText'
import type { MenuEntry } from '@/ui/MenuButton'
import { toast } from '@/ui/toast'
import { useDesk } from '../desk/DeskProvider'
import { afterMove, joined, nameOf, parentOf } from '../paths'
import { deleteEntry, restoreEntry } from '../trash/queries'
import { download } from './download'
import { copyEntry, moveEntry } from './queries'
import type { TreeEntry } from './rows'

export type Asked =
  | { kind: 'newFile'; folder: string }
  | { kind: 'newFolder'; folder: string }
  | { kind: 'rename'; entry: TreeEntry }
  | { kind: 'move'; entry: TreeEntry }
  | { kind: 'copy'; entry: TreeEntry }

export interface EntryActions {
  asked: Asked | null
  ask: (asked: Asked | null) => void
  /** Into another folder, under the same name. */
  moveInto: (path: string, folder: string) => void
  move: (source: string, target: string) => Promise<void>
  copy: (source: string, target: string) => Promise<void>
  remove: (entry: TreeEntry) => void
  menuOf: (entry: TreeEntry, onUpload: (folder: string) => void) => MenuEntry[]
}

export function useEntryActions(): EntryActions {
  const { t } = useTranslation('workspaces')
  const { workspaceId, act } = useDesk()
  const words = useErrorText()
  const [asked, ask] = useState<Asked | null>(null)
  const say = (thrown: unknown) => toast(words(thrown))
  const move = async (source: string, target: string) => {
    await moveEntry(workspaceId, source, target)
    act({ kind: 'moved', from: source, to: target })
  }
  const removeNow = async (entry: TreeEntry) => {
    const removed = await deleteEntry(workspaceId, entry.path)
    act({ kind: 'removed', path: entry.path })
    const undo = () => void (removed && restoreEntry(workspaceId, removed).catch(say))
    toast(t('trash.put', { name: nameOf(entry.path) }), { label: t('undo'), onPick: undo })
  }
  const remove = (entry: TreeEntry) => void removeNow(entry).catch(say)
  const moveInto = (path: string, folder: string) => {
    const target = joined(folder, nameOf(path))
    const back = () => void move(afterMove(path, path, target), path).catch(say)
    move(path, target).then(
      () => toast(t('moved', { name: nameOf(path), folder: folder || t('top') }), { label: t('undo'), onPick: back }),
      say,
    )
  }
  const menuOf = (entry: TreeEntry, onUpload: (folder: string) => void): MenuEntry[] => {
    const inFolder = entry.kind === 'folder' ? entry.path : parentOf(entry.path)
    const folderOnly: MenuEntry[] = [
      {
        key: 'newFile',
        label: t('newFile'),
        icon: <FileAddOutlined />,
        onPick: () => ask({ kind: 'newFile', folder: inFolder }),
      },
      {
        key: 'newFolder',
        label: t('newFolder'),
        icon: <FolderAddOutlined />,
        onPick: () => ask({ kind: 'newFolder', folder: inFolder }),
      },
      { key: 'upload', label: t('uploadHere'), icon: <UploadOutlined />, onPick: () => onUpload(inFolder) },
    ]
    return [
      ...(entry.kind === 'folder' ? folderOnly : []),
      { key: 'rename', label: t('rename'), icon: <EditOutlined />, onPick: () => ask({ kind: 'rename', entry }) },
      { key: 'move', label: t('move'), icon: <FolderOutlined />, onPick: () => ask({ kind: 'move', entry }) },
      { key: 'copy', label: t('duplicate'), icon: <CopyOutlined />, onPick: () => ask({ kind: 'copy', entry }) },
      {
        key: 'download',
        label: entry.kind === 'folder' ? t('downloadZip') : t('download'),
        icon: <DownloadOutlined />,
        onPick: () => void download(workspaceId, entry).catch(say),
      },
      { key: 'delete', label: t('delete'), icon: <DeleteOutlined />, danger: true, onPick: () => remove(entry) },
    ]
  }
  return {
    asked,
    ask,
    moveInto,
    move,
    remove,
    menuOf,
    copy: (source, target) => copyEntry(workspaceId, source, target),
  }
}
