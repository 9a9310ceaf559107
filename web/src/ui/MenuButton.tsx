import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react'
import styles from './MenuButton.module.css'

export interface MenuEntry {
  key: string
  label: ReactNode
  icon?: ReactNode
  danger?: boolean
  /** Given for menus where one entry is the chosen one. */
  chosen?: boolean
  onPick: () => void
}

/** What a menu that draws its entries itself needs to know; it tells once they are there. */
export interface OpenMenu {
  label: string
  onClose: () => void
  onDrawn: () => void
}

interface MenuButtonProps {
  label: string
  /** What the button shows. */
  children: ReactNode
  entries?: MenuEntry[]
  /** Instead of entries: draws them, perhaps a moment later. */
  content?: (menu: OpenMenu) => ReactNode
  className?: string
  /** Shown above the entries: who is signed in, say. */
  header?: ReactNode
}

/** A button that opens a short menu on the browser's own popover; arrows move, Escape and a click outside close. */
export function MenuButton({ label, children, entries, content, className, header }: MenuButtonProps) {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const popover = useRef<HTMLDivElement>(null)
  const id = useId()
  const onDrawn = () => {
    if (popover.current && button.current) settle(popover.current, button.current)
  }
  const onClose = () => popover.current?.hidePopover()
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when it opens
  useLayoutEffect(() => {
    if (open) onDrawn()
  }, [open])
  return (
    <span className={styles.anchor}>
      <button
        ref={button}
        type="button"
        className={className ?? styles.trigger}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        popoverTarget={id}
      >
        {children}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        className={styles.popover}
        style={{ visibility: open ? 'visible' : 'hidden' }}
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {open && header}
        {open && entries && <MenuEntries label={label} entries={entries} onClose={onClose} />}
        {open && content?.({ label, onClose, onDrawn })}
      </div>
    </span>
  )
}

interface MenuEntriesProps {
  label: string
  entries: MenuEntry[]
  onClose: () => void
}

/** The entries of a menu; arrows move among them. */
export function MenuEntries({ label, entries, onClose }: MenuEntriesProps) {
  return (
    <div role="menu" aria-label={label} tabIndex={-1} onKeyDown={(event) => moveFocus(event, onClose)}>
      {entries.map((entry) => (
        // biome-ignore lint/a11y/useAriaPropsSupportedByRole: aria-checked is only set with the role menuitemradio
        <button
          key={entry.key}
          type="button"
          role={entry.chosen === undefined ? 'menuitem' : 'menuitemradio'}
          aria-checked={entry.chosen}
          tabIndex={-1}
          className={entry.danger ? styles.danger : styles.entry}
          onClick={() => {
            onClose()
            entry.onPick()
          }}
        >
          {entry.icon && <span aria-hidden="true">{entry.icon}</span>}
          <span className={styles.label}>{entry.label}</span>
        </button>
      ))}
    </div>
  )
}

const ITEMS = '[role^="menuitem"]'

function moveFocus(event: KeyboardEvent<HTMLElement>, onClose: () => void): void {
  if (event.key === 'Tab') {
    onClose()
    return
  }
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>(ITEMS)]
  const now = items.indexOf(document.activeElement as HTMLElement)
  const next = { ArrowDown: now + 1, ArrowUp: now - 1 + items.length, Home: 0, End: items.length - 1 }[event.key]
  if (next === undefined || items.length === 0) return
  event.preventDefault()
  items[next % items.length]?.focus()
}

/** Put the menu by its button and the focus on the chosen entry, else on the first. */
function settle(menu: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect()
  const { width, height } = menu.getBoundingClientRect()
  const below = at.bottom + 4 + height <= innerHeight - 8
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`
  const entry = menu.querySelector<HTMLElement>('[aria-checked="true"]') ?? menu.querySelector<HTMLElement>(ITEMS)
  entry?.focus()
}
