import { MoreOutlined, RightOutlined } from '@ant-design/icons'
import { type DragEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Point } from '@/ui/ContextMenu'
import { nameOf, parentOf } from '../paths'
import styles from './FileTree.module.css'
import { EntryIcon } from './icons'
import { type Row, type TreeEntry, whyNotInto } from './rows'

/** What a dragged line of the tree carries. */
const KIND = 'application/x-guildhall-path'

interface TreeRowProps {
  row: Extract<Row, { kind: 'entry' }>
  isActive: boolean
  /** Whether Tab reaches this line; the arrows reach every one. */
  isReachable: boolean
  onShow: (entry: TreeEntry) => void
  onFocus: (path: string) => void
  onMenu: (entry: TreeEntry, at: Point) => void
  onMoveInto: (path: string, folder: string) => void
  onDropFiles: (folder: string, transfer: DataTransfer) => void
}

/** One file or folder: click shows it, the other button opens its menu, dragging moves it. */
export function TreeRow({ row, isActive, isReachable, ...on }: TreeRowProps) {
  const { t } = useTranslation('workspaces')
  const { entry } = row
  const name = nameOf(entry.path)
  const folder = entry.kind === 'folder' ? entry.path : parentOf(entry.path)
  const target = useDropTarget(folder, on.onMoveInto, on.onDropFiles)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it takes the keys
    <div
      role="treeitem"
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.setSize}
      aria-expanded={entry.kind === 'folder' ? row.isOpen : undefined}
      aria-selected={isActive}
      aria-label={name}
      tabIndex={isReachable ? 0 : -1}
      data-path={entry.path}
      data-drop={target.isOver || undefined}
      className={isActive ? `${styles.row} ${styles.active}` : styles.row}
      style={{ '--level': row.level }}
      title={entry.path}
      draggable
      onClick={() => on.onShow(entry)}
      onFocus={() => on.onFocus(entry.path)}
      onContextMenu={(event) => {
        event.preventDefault()
        on.onMenu(entry, { x: event.clientX, y: event.clientY })
      }}
      onDragStart={(event) => {
        event.dataTransfer.setData(KIND, entry.path)
        event.dataTransfer.effectAllowed = 'move'
      }}
      {...target.events}
    >
      <span className={styles.arrow} data-open={row.isOpen}>
        {entry.kind === 'folder' && <RightOutlined aria-hidden="true" />}
      </span>
      <EntryIcon entry={entry} isOpen={row.isOpen} />
      <span className={styles.name}>{name}</span>
      <button
        type="button"
        tabIndex={-1}
        className={styles.menu}
        aria-label={t('menuOf', { name })}
        onClick={(event) => {
          event.stopPropagation()
          const box = event.currentTarget.getBoundingClientRect()
          on.onMenu(entry, { x: box.left, y: box.bottom + 4 })
        }}
      >
        <MoreOutlined aria-hidden="true" />
      </button>
    </div>
  )
}

/** Somewhere files can be dropped: from this tree to be moved, from outside to be uploaded. */
export function useDropTarget(
  folder: string,
  onMoveInto: (path: string, folder: string) => void,
  onDropFiles: (folder: string, transfer: DataTransfer) => void,
) {
  const [isOver, setOver] = useState(false)
  const takes = ({ dataTransfer }: DragEvent) =>
    dataTransfer.types.includes(KIND) || dataTransfer.types.includes('Files')
  const over = (event: DragEvent) => {
    if (!takes(event)) return
    event.preventDefault()
    event.stopPropagation()
    event.dataTransfer.dropEffect = event.dataTransfer.types.includes(KIND) ? 'move' : 'copy'
    setOver(true)
  }
  const drop = (event: DragEvent) => {
    setOver(false)
    if (!takes(event)) return
    event.preventDefault()
    event.stopPropagation()
    const path = event.dataTransfer.getData(KIND)
    if (path === '') onDropFiles(folder, event.dataTransfer)
    else if (whyNotInto(path, folder) === null) onMoveInto(path, folder)
  }
  return { isOver, events: { onDragOver: over, onDragLeave: () => setOver(false), onDrop: drop } }
}
