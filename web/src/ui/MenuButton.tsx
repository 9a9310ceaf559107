import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
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

interface MenuButtonProps {
  label: string
  /** What the button shows. */
  children: ReactNode
  entries: MenuEntry[]
  className?: string
  /** Shown above the entries: who is signed in, say. */
  header?: ReactNode
}

/** A button that opens a short menu; arrows move, Escape and a click outside close. */
export function MenuButton({ label, children, entries, className, header }: MenuButtonProps) {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  const close = () => {
    setOpen(false)
    button.current?.focus()
  }
  return (
    <span className={styles.anchor}>
      <button
        ref={button}
        type="button"
        className={className ?? styles.trigger}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {children}
      </button>
      {open && <Menu id={id} label={label} anchor={button.current} entries={entries} header={header} onClose={close} />}
    </span>
  )
}

interface MenuProps {
  id: string
  label: string
  anchor: HTMLElement | null
  entries: MenuEntry[]
  header?: ReactNode
  onClose: () => void
}

function Menu({ id, label, anchor, entries, header, onClose }: MenuProps) {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const menu = element.current
    if (!menu || !anchor) return
    menu.showPopover()
    place(menu, anchor)
    const items = menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')
    const chosen = menu.querySelector<HTMLElement>('[aria-checked="true"]')
    ;(chosen ?? items[0])?.focus()
  }, [anchor])
  return (
    <div
      ref={element}
      popover="auto"
      className={styles.popover}
      onToggle={(event) => {
        if (event.newState === 'closed') onClose()
      }}
    >
      {header}
      <div id={id} role="menu" aria-label={label} tabIndex={-1} onKeyDown={moveFocus}>
        {entries.map((entry) => (
          // biome-ignore lint/a11y/useAriaPropsSupportedByRole: aria-checked is only set with the role menuitemradio
          <button
            key={entry.key}
            type="button"
            role={entry.chosen === undefined ? 'menuitem' : 'menuitemradio'}
            aria-checked={entry.chosen}
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
    </div>
  )
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]')]
  const now = items.indexOf(document.activeElement as HTMLElement)
  const next = { ArrowDown: now + 1, ArrowUp: now - 1 + items.length, Home: 0, End: items.length - 1 }[event.key]
  if (next === undefined || items.length === 0) return
  event.preventDefault()
  items[next % items.length]?.focus()
}

/** Under the button when there is room, above it otherwise, never outside the window. */
function place(menu: HTMLElement, anchor: HTMLElement): void {
  const at = anchor.getBoundingClientRect()
  const { width, height } = menu.getBoundingClientRect()
  const below = at.bottom + 4 + height <= innerHeight - 8
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`
}
