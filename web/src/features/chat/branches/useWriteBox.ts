import { type KeyboardEvent, useEffect, useRef } from 'react'

/**
 * A text box that takes the keyboard at once, and gives it back to where it came from: Enter (not while an input method
 * composes) does it, Escape leaves.
 */
export function useWriteBox(onEnter: () => void, onEscape: () => void) {
  const ref = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    const box = ref.current
    const before = document.activeElement
    box?.focus()
    box?.setSelectionRange(box.value.length, box.value.length)
    return () => {
      const isNowhere = document.activeElement === document.body || document.activeElement === box
      if (isNowhere && before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      onEnter()
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      onEscape()
    }
  }
  return { ref, onKeyDown }
}
