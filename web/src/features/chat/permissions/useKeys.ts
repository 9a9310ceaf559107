import { useEffect, useRef } from 'react'

/** Single keys that do something while nobody is typing, choosing from a menu, or in a dialog. */
export function useKeys(keys: Record<string, () => void>, enabled: boolean): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    if (!enabled) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return
      if (event.defaultPrevented || isBusy(event.target)) return
      const does = latest.current[event.key.toLowerCase()]
      if (!does) return
      event.preventDefault()
      does()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [enabled])
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]')) return true
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable], [role="menu"]') !== null
  )
}
