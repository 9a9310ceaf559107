import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import styles from './ComposerMenu.module.css'
import type { BoxMenu } from './useComposerMenu'

export interface ComposerEntry {
  key: string
  name: string
  text?: string
  icon?: ReactNode
  /** Beside the name, at the far end. */
  mark?: ReactNode
  onPick: () => void
}

interface ComposerMenuProps {
  box: BoxMenu
  label: string
  entries: ComposerEntry[]
  /** What stands there instead of no entries. */
  none?: string
  onClose: () => void
}

/** The list above the text box, which keeps the focus: arrows move, Enter and Tab pick, Escape closes. */
export function ComposerMenu({ box, label, entries, none, onClose }: ComposerMenuProps) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [wanted, want] = useState('')
  const at = Math.max(
    entries.findIndex(({ key }) => key === wanted),
    0,
  )
  const active = `${id}-${at}`
  const move = (step: number) => want(entries[(at + step + entries.length) % entries.length]?.key ?? '')
  const onKey = (event: KeyboardEvent): boolean => {
    const moves: Record<string, () => void> = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => entries[at]?.onPick(),
      Tab: () => entries[at]?.onPick(),
      Escape: onClose,
    }
    const act = event.shiftKey || event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key]
    if (!act || (entries.length === 0 && act !== onClose)) return false
    event.preventDefault()
    act()
    return true
  }
  useLayoutEffect(() => {
    box.keys.current = onKey
    return () => {
      box.keys.current = null
    }
  })
  const { show } = box
  useLayoutEffect(() => {
    show({ id, active })
    return () => show(null)
  }, [show, id, active])
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is the active one
  useEffect(() => {
    if (list.current) bringIntoSight(list.current)
  }, [active])
  return (
    <div ref={list} id={id} role="listbox" aria-label={label} className={styles.menu}>
      {entries.map((entry, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the text box has the focus and takes the keys
        <div
          key={entry.key}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          className={styles.entry}
          onPointerDown={(event) => event.preventDefault()}
          onPointerMove={() => want(entry.key)}
          onClick={entry.onPick}
        >
          {entry.icon && (
            <span className={styles.icon} aria-hidden="true">
              {entry.icon}
            </span>
          )}
          <span className={styles.name}>{entry.name}</span>
          {entry.text !== undefined && <span className={styles.text}>{entry.text}</span>}
          {entry.mark}
        </div>
      ))}
      {entries.length === 0 && (
        <div role="option" aria-selected={false} aria-disabled="true" tabIndex={-1} className={styles.none}>
          {none}
        </div>
      )}
    </div>
  )
}

/** Scrolls the list alone: the browser's own way would move the page as well. */
function bringIntoSight(list: HTMLElement): void {
  const entry = list.querySelector<HTMLElement>('[aria-selected="true"]')
  if (!entry) return
  const below = entry.offsetTop + entry.offsetHeight - list.clientHeight
  list.scrollTop = Math.min(entry.offsetTop, Math.max(list.scrollTop, below))
}
