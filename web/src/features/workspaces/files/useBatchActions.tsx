/** What can be done to many files and folders at once, and to archives: each with one undo, and a word on what was not done. */
import { DeleteOutlined, DownloadOutlined, FileZipOutlined, FolderOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Failure, Move, TrashEntry, Unpacked } from '@/api/types'
import { codeText, useErrorText } from '@/ui/errorText'
import type { MenuEntry } from '@/ui/MenuButton'
import { toast } from '@/ui/toast'
import { useDesk } from '../desk/DeskProvider'
import { foldersOf, isArchive, nameOf } from '../paths'
import { workspaceQuery } from '../queries'
import { downloadMany, moveMany, restoreMany, trashMany, unpack } from './batch'
import type { TreeEntry } from './rows'
import { movesInto, outermost } from './selection'
import { openFolders } from './tree'

/** What is done sooner needs no word that it has begun. */
const PATIENCE_MS = 800

/** What was not done: each path with the reason in words. */
export interface Report {
  title: string
  lines: { path: string; words: string }[]
  /** How many more there are. */
  more: number
}

export interface BatchActions {
  /** The paths for which a folder is being asked. */
  moving: string[] | null
  askMove: (paths: string[] | null) => void
  report: Report | null
  closeReport: () => void
  remove: (paths: string[]) => Promise<void>
  moveInto: (paths: string[], folder: string) => Promise<void>
  download: (paths: string[]) => void
  menuOf: (paths: string[]) => MenuEntry[]
  /** For one entry alone: nothing, unless it is an archive. */
  unpackOf: (entry: TreeEntry) => MenuEntry[]
}

export function useBatchActions(): BatchActions {
  const { t } = useTranslation('workspaces')
  const { workspaceId, act } = useDesk()
  const { data: workspace } = useQuery(workspaceQuery(workspaceId))
  const words = useErrorText()
  const tell = useReports()
  const [moving, askMove] = useState<string[] | null>(null)
  const say = (thrown: unknown) => toast(words(thrown))
  const restore = async (entries: TrashEntry[]) => {
    const { failed } = await restoreMany(workspaceId, entries)
    tell.failures(t('batch.notRestored', { count: failed.length }), failed, entries)
  }
  const remove = async (paths: string[]) => {
    const { done, failed } = await trashMany(workspaceId, outermost(paths))
    for (const { path } of done) act({ kind: 'removed', path })
    const undo = { label: t('undo'), onPick: () => void restore(done).catch(say) }
    if (done.length > 0) toast(t('batch.trashed', { count: done.length }), undo)
    tell.failures(t('batch.notTrashed', { count: failed.length }), failed)
  }
  const move = async (moves: Move[]) => {
    const { done, failed } = await moveMany(workspaceId, moves)
    for (const { source, target } of done) act({ kind: 'moved', from: source, to: target })
    tell.failures(t('batch.notMoved', { count: failed.length }), failed)
    return done
  }
  const moveInto = async (paths: string[], folder: string) => {
    const moves = movesInto(paths, folder)
    const done = moves.length > 0 ? await move(moves) : []
    if (done.length === 0) return
    openFolders(workspaceId, [...foldersOf(folder), ...(folder === '' ? [] : [folder])])
    const back = () => void move(done.map(({ source, target }) => ({ source: target, target: source }))).catch(say)
    toast(t('batch.moved', { count: done.length, folder: folder || t('top') }), { label: t('undo'), onPick: back })
  }
  const download = (paths: string[]) =>
    void downloadMany(workspaceId, outermost(paths), workspace?.name ?? t('tree')).catch(say)
  return {
    moving,
    askMove,
    report: tell.report,
    closeReport: tell.close,
    remove: (paths) => remove(paths).catch(say),
    moveInto: (paths, folder) => moveInto(paths, folder).catch(say),
    download,
    menuOf: (paths) => [
      { key: 'download', label: t('downloadZip'), icon: <DownloadOutlined />, onPick: () => download(paths) },
      { key: 'move', label: t('move'), icon: <FolderOutlined />, onPick: () => askMove(paths) },
      {
        key: 'delete',
        label: t('batch.delete', { count: paths.length }),
        icon: <DeleteOutlined />,
        danger: true,
        onPick: () => void remove(paths).catch(say),
      },
    ],
    unpackOf: useUnpacking((path) => remove([path]), tell.leftOut),
  }
}

/** The menu of an archive. */
function useUnpacking(remove: (path: string) => Promise<void>, tellLeftOut: (unpacked: Unpacked) => void) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const words = useErrorText()
  const say = (thrown: unknown) => toast(words(thrown))
  const open = async (path: string) => {
    const name = nameOf(path)
    const timer = setTimeout(() => toast(t('unpack.begun', { name })), PATIENCE_MS)
    const unpacked = await unpack(workspaceId, path).finally(() => clearTimeout(timer))
    const { folder, files } = unpacked
    if (folder !== null) {
      openFolders(workspaceId, [...foldersOf(folder), folder])
      const undo = () => void remove(folder).catch(say)
      toast(t('unpack.done', { count: files, folder }), { label: t('undo'), onPick: undo })
    } else if (unpacked.left_out_count === 0) toast(t('unpack.nothing', { name }))
    tellLeftOut(unpacked)
  }
  return ({ path, kind }: TreeEntry): MenuEntry[] => {
    if (kind !== 'file' || !isArchive(path)) return []
    const onPick = () => void open(path).catch(say)
    return [{ key: 'unpack', label: t('unpack.menu'), icon: <FileZipOutlined />, onPick }]
  }
}

/** What was not done is shown until somebody has read it. */
function useReports() {
  const { t, i18n } = useTranslation('workspaces')
  const [report, setReport] = useState<Report | null>(null)
  return {
    report,
    close: () => setReport(null),
    /** Entries of the trash are called by where they were. */
    failures: (title: string, failed: Failure[], entries: TrashEntry[] = []) => {
      if (failed.length === 0) return
      const known = new Map(entries.map(({ id, path }) => [id, path]))
      const lines = failed.map(({ path, code, message }) => ({
        path: known.get(path) ?? path,
        words: codeText(i18n, code, message),
      }))
      setReport({ title, lines, more: 0 })
    },
    leftOut: ({ left_out, left_out_count }: Unpacked) => {
      if (left_out_count === 0) return
      const lines = left_out.map(({ path, reason }) => ({ path, words: t(`unpack.reason.${reason}`) }))
      setReport({ title: t('unpack.leftOut', { count: left_out_count }), lines, more: left_out_count - lines.length })
    },
  }
}
