import { useLayoutEffect, useRef } from 'react'
import { MenuEntries, type MenuEntry } from './MenuButton'
import styles from './MenuButton.module.css'

export interface Point {
  x: number
  y: number
}

interface ContextMenuProps {
  label: string
  entries: MenuEntry[]
  at: Point
  onClose: () => void
}

/** A menu where somebody asked for one; the focus goes back to where it was. */
export function ContextMenu({ label, entries, at, onClose }: ContextMenuProps) {
  const popover = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const menu = popover.current
    if (!menu) return
    menu.showPopover()
    const { width, height } = menu.getBoundingClientRect()
    menu.style.left = `${Math.max(8, Math.min(at.x, innerWidth - width - 8))}px`
    menu.style.top = `${Math.max(8, Math.min(at.y, innerHeight - height - 8))}px`
    menu.querySelector<HTMLElement>('[role="menuitem"]')?.focus()
  }, [at])
  return (
    <div
      ref={popover}
      popover="auto"
      className={styles.popover}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose()
      }}
    >
      <MenuEntries label={label} entries={entries} onClose={() => popover.current?.hidePopover()} />
    </div>
  )
}
