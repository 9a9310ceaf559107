import { CheckSquareOutlined } from '@ant-design/icons'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ContextMenu, type Point } from '@/ui/ContextMenu'
import { ErrorNotice } from '@/ui/ErrorNotice'
import type { MenuEntry } from '@/ui/MenuButton'
import { Skeleton } from '@/ui/Skeleton'
import { useDesk } from '../desk/DeskProvider'
import { foldersOf, nameOf } from '../paths'
import styles from './FileTree.module.css'
import { moveFor, type Row, type TreeEntry, typedAhead } from './rows'
import { TreeRow } from './TreeRow'
import { closeFolder, openFolders, readFurther, useTree } from './tree'
import type { BatchActions } from './useBatchActions'
import type { EntryActions } from './useEntryActions'
import type { SelectionPlace } from './useSelection'

interface FileTreeProps {
  actions: EntryActions
  batch: BatchActions
  selection: SelectionPlace
  onMoveInto: (paths: string[], folder: string) => void
  onUpload: (folder: string) => void
  onDropFiles: (folder: string, transfer: DataTransfer) => void
  onLeave?: (() => void) | undefined
}

/** The folders and files of the workspace, for mouse, finger and keyboard. */
export function FileTree(props: FileTreeProps) {
  const { actions, selection, onMoveInto, onDropFiles } = props
  const { t } = useTranslation('workspaces')
  const { workspaceId, desk } = useDesk()
  const tree = useTree(workspaceId)
  const { rows } = selection
  const [focused, setFocused] = useState<string | null>(null)
  const [menu, setMenu] = useState<{ entry: TreeEntry; at: Point } | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const { show, remove, entriesOf } = useDoing(props)
  const { active } = desk
  useEffect(() => {
    if (active) openFolders(workspaceId, foldersOf(active))
  }, [active, workspaceId])
  if (tree.error) return <ErrorNotice error={tree.error} onRetry={tree.retry} />
  if (!tree.folders.has('')) return <Skeleton title={false} className={styles.wait} />
  const focus = (path: string) => {
    setFocused(path)
    list.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const does = { workspaceId, show, focus, actions, selection, remove, setMenu }
    if (handleKey(event, rows, focused, does)) event.preventDefault()
  }
  const reachable = rows.some((row) => row.key === focused) ? focused : (rows[0]?.key ?? null)
  return (
    <>
      <div
        ref={list}
        className={styles.tree}
        role="tree"
        aria-label={t('tree')}
        aria-multiselectable="true"
        data-choosing={selection.isOn || selection.paths.length > 0 || undefined}
        onKeyDown={onKeyDown}
      >
        {rows.map((row) =>
          row.kind === 'entry' ? (
            <TreeRow
              key={row.key}
              row={row}
              isActive={row.entry.path === active}
              isChosen={selection.isChosen(row.entry.path)}
              isSelecting={selection.isOn}
              isReachable={row.key === reachable}
              onPress={(entry, event) => selection.press(entry, event) || show(entry)}
              onFocus={setFocused}
              onMenu={(entry, at) => setMenu({ entry, at })}
              draggedWith={() => selection.meantBy(row.entry.path)}
              onMoveInto={onMoveInto}
              onDropFiles={onDropFiles}
            />
          ) : (
            <Note key={row.key} row={row} onMore={() => readFurther(workspaceId, row.folder)} />
          ),
        )}
      </div>
      {menu && (
        <ContextMenu
          label={t('menuOf', { name: nameOf(menu.entry.path) })}
          entries={entriesOf(menu.entry)}
          at={menu.at}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  )
}

/** What is done with a line of the tree: with all that are chosen, if it is one of them. */
function useDoing({ actions, batch, selection, onUpload, onLeave }: FileTreeProps) {
  const { t } = useTranslation('workspaces')
  const { workspaceId, open } = useDesk()
  const tree = useTree(workspaceId)
  const show = (entry: TreeEntry) => {
    if (entry.kind === 'folder') (tree.open.has(entry.path) ? closeFolder : openOne)(workspaceId, entry.path)
    else {
      open(entry.path)
      onLeave?.()
    }
  }
  const remove = (entry: TreeEntry) => {
    const paths = selection.meantBy(entry.path)
    if (paths.length > 1) void batch.remove(paths)
    else actions.remove(entry)
  }
  const entriesOf = (entry: TreeEntry): MenuEntry[] => {
    const paths = selection.meantBy(entry.path)
    if (paths.length > 1) return batch.menuOf(paths)
    const own = actions.menuOf(entry, onUpload)
    const onPick = () => selection.begin(entry.path)
    const select = { key: 'select', label: t('select.one'), icon: <CheckSquareOutlined />, onPick }
    return [...batch.unpackOf(entry), ...own.slice(0, -1), select, ...own.slice(-1)]
  }
  return { show, remove, entriesOf }
}

function openOne(workspaceId: string, path: string): void {
  openFolders(workspaceId, [path])
}

interface Does {
  workspaceId: string
  show: (entry: TreeEntry) => void
  focus: (path: string) => void
  actions: EntryActions
  selection: SelectionPlace
  remove: (entry: TreeEntry) => void
  setMenu: (menu: { entry: TreeEntry; at: Point }) => void
}

/** Whether the key meant something to the tree. */
function handleKey(event: KeyboardEvent<HTMLElement>, rows: Row[], focused: string | null, does: Does): boolean {
  if (event.altKey || !(event.target as HTMLElement).closest('[role="treeitem"]')) return false
  const command = event.ctrlKey || event.metaKey
  const next = does.selection.type({ key: event.key, shiftKey: event.shiftKey, command }, focused)
  if (next) does.focus(next)
  if (next !== undefined) return true
  if (command) return false
  const row = rows.find((one) => one.kind === 'entry' && one.entry.path === focused)
  const entry = row?.kind === 'entry' ? row.entry : null
  const move = moveFor(event.key, rows, focused)
  if (move?.kind === 'focus') does.focus(move.path)
  else if (move?.kind === 'open') openFolders(does.workspaceId, [move.path])
  else if (move?.kind === 'close') closeFolder(does.workspaceId, move.path)
  else if (!entry) return false
  else if (event.key === 'Enter' || event.key === ' ') does.show(entry)
  else if (event.key === 'F2') does.actions.ask({ kind: 'rename', entry })
  else if (event.key === 'Delete') does.remove(entry)
  else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
    const box = (event.target as HTMLElement).getBoundingClientRect()
    does.setMenu({ entry, at: { x: box.left + 24, y: box.bottom } })
  } else if (event.key.length === 1) {
    const found = typedAhead(event.key, rows, focused)
    if (found !== null) does.focus(found)
  } else return false
  return true
}

/** A line that is no file: something is on its way, or missing, or there is more. */
function Note({ row, onMore }: { row: Exclude<Row, { kind: 'entry' }>; onMore: () => void }) {
  const { t } = useTranslation('workspaces')
  return (
    <div className={styles.note} role="none" style={{ '--level': row.level }}>
      {row.kind === 'more' ? (
        <button type="button" className={styles.more} onClick={onMore}>
          {t('showMore')}
        </button>
      ) : (
        t(row.kind === 'empty' ? 'emptyFolder' : 'reading')
      )}
    </div>
  )
}
