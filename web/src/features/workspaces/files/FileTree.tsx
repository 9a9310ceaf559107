import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ContextMenu, type Point } from '@/ui/ContextMenu'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Skeleton } from '@/ui/Skeleton'
import { useDesk } from '../desk/DeskProvider'
import { foldersOf, nameOf } from '../paths'
import styles from './FileTree.module.css'
import { moveFor, type Row, rowsOf, type TreeEntry, typedAhead } from './rows'
import { TreeRow } from './TreeRow'
import { closeFolder, openFolders, readFurther, useTree } from './tree'
import type { EntryActions } from './useEntryActions'

interface FileTreeProps {
  actions: EntryActions
  onUpload: (folder: string) => void
  onDropFiles: (folder: string, transfer: DataTransfer) => void
  onLeave?: (() => void) | undefined
}

/** The folders and files of the workspace, for mouse, finger and keyboard. */
export function FileTree({ actions, onUpload, onDropFiles, onLeave }: FileTreeProps) {
  const { t } = useTranslation('workspaces')
  const { workspaceId, desk, open } = useDesk()
  const tree = useTree(workspaceId)
  const rows = rowsOf(tree.folders, tree.open)
  const [focused, setFocused] = useState<string | null>(null)
  const [menu, setMenu] = useState<{ entry: TreeEntry; at: Point } | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const { active } = desk
  useEffect(() => {
    if (active) openFolders(workspaceId, foldersOf(active))
  }, [active, workspaceId])
  if (tree.error) return <ErrorNotice error={tree.error} onRetry={tree.retry} />
  if (!tree.folders.has('')) return <Skeleton title={false} className={styles.wait} />
  const show = (entry: TreeEntry) => {
    if (entry.kind === 'folder') (tree.open.has(entry.path) ? closeFolder : openOne)(workspaceId, entry.path)
    else {
      open(entry.path)
      onLeave?.()
    }
  }
  const focus = (path: string) => {
    setFocused(path)
    list.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const handled = handleKey(event, rows, focused, { workspaceId, show, focus, actions, setMenu })
    if (handled) event.preventDefault()
  }
  const reachable = rows.some((row) => row.key === focused) ? focused : (rows[0]?.key ?? null)
  return (
    <>
      <div ref={list} className={styles.tree} role="tree" aria-label={t('tree')} onKeyDown={onKeyDown}>
        {rows.map((row) =>
          row.kind === 'entry' ? (
            <TreeRow
              key={row.key}
              row={row}
              isActive={row.entry.path === active}
              isReachable={row.key === reachable}
              onShow={show}
              onFocus={setFocused}
              onMenu={(entry, at) => setMenu({ entry, at })}
              onMoveInto={actions.moveInto}
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
          entries={actions.menuOf(menu.entry, onUpload)}
          at={menu.at}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  )
}

function openOne(workspaceId: string, path: string): void {
  openFolders(workspaceId, [path])
}

interface Does {
  workspaceId: string
  show: (entry: TreeEntry) => void
  focus: (path: string) => void
  actions: EntryActions
  setMenu: (menu: { entry: TreeEntry; at: Point }) => void
}

/** Whether the key meant something to the tree. */
function handleKey(event: KeyboardEvent<HTMLElement>, rows: Row[], focused: string | null, does: Does): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const row = rows.find((one) => one.kind === 'entry' && one.entry.path === focused)
  const entry = row?.kind === 'entry' ? row.entry : null
  const move = moveFor(event.key, rows, focused)
  if (move?.kind === 'focus') does.focus(move.path)
  else if (move?.kind === 'open') openFolders(does.workspaceId, [move.path])
  else if (move?.kind === 'close') closeFolder(does.workspaceId, move.path)
  else if (!entry) return false
  else if (event.key === 'Enter' || event.key === ' ') does.show(entry)
  else if (event.key === 'F2') does.actions.ask({ kind: 'rename', entry })
  else if (event.key === 'Delete') does.actions.remove(entry)
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
