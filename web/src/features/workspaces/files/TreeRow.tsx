import { CheckOutlined, MoreOutlined, RightOutlined } from '@ant-design/icons'
import { type DragEvent, type MouseEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Point } from '@/ui/ContextMenu'
import { nameOf, parentOf } from '../paths'
import styles from './FileTree.module.css'
import { EntryIcon } from './icons'
import type { Row, TreeEntry } from './rows'

/** What dragged lines of the tree carry: their paths as JSON. */
const KIND = 'application/x-guildhall-paths'

interface TreeRowProps {
  row: Extract<Row, { kind: 'entry' }>
  isActive: boolean
  isChosen: boolean
  /** Every click chooses, and boxes say so. */
  isSelecting: boolean
  /** Whether Tab reaches this line; the arrows reach every one. */
  isReachable: boolean
  onPress: (entry: TreeEntry, event: MouseEvent<HTMLElement>) => void
  onFocus: (path: string) => void
  onMenu: (entry: TreeEntry, at: Point) => void
  /** What goes along when this line is dragged. */
  draggedWith: () => string[]
  onMoveInto: (paths: string[], folder: string) => void
  onDropFiles: (folder: string, transfer: DataTransfer) => void
}

/** One file or folder: click shows or chooses it, the other button opens its menu, dragging moves it. */
export function TreeRow({ row, isActive, isChosen, isSelecting, isReachable, ...on }: TreeRowProps) {
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
      aria-selected={isChosen}
      aria-current={isActive ? 'page' : undefined}
      aria-label={name}
      tabIndex={isReachable ? 0 : -1}
      data-path={entry.path}
      data-drop={target.isOver || undefined}
      data-chosen={isChosen || undefined}
      className={isActive ? `${styles.row} ${styles.active}` : styles.row}
      style={{ '--level': row.level }}
      title={entry.path}
      draggable
      onClick={(event) => on.onPress(entry, event)}
      onFocus={() => on.onFocus(entry.path)}
      onContextMenu={(event) => {
        event.preventDefault()
        on.onMenu(entry, { x: event.clientX, y: event.clientY })
      }}
      onDragStart={(event) => {
        event.dataTransfer.setData(KIND, JSON.stringify(on.draggedWith()))
        event.dataTransfer.effectAllowed = 'move'
      }}
      {...target.events}
    >
      {isSelecting && (
        <span className={styles.box} data-on={isChosen} aria-hidden="true">
          {isChosen && <CheckOutlined />}
        </span>
      )}
      <span className={styles.arrow} data-open={row.isOpen} data-arrow={entry.kind === 'folder' || undefined}>
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
  onMoveInto: (paths: string[], folder: string) => void,
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
    const paths = event.dataTransfer.getData(KIND)
    if (paths === '') onDropFiles(folder, event.dataTransfer)
    else onMoveInto(JSON.parse(paths) as string[], folder)
  }
  return { isOver, events: { onDragOver: over, onDragLeave: () => setOver(false), onDrop: drop } }
}
