import { type KeyboardEvent, useEffect, useRef } from 'react'

/** A text box that takes the keyboard at once: Enter (not while an input method composes) does it, Escape leaves. */
export function useWriteBox(onEnter: () => void, onEscape: () => void) {
  const ref = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    const box = ref.current
    box?.focus()
    box?.setSelectionRange(box.value.length, box.value.length)
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
