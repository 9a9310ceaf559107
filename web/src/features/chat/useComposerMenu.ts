/** A list that opens above the text box while one types: what it says of itself to the box, and which keys it takes. */
import { type KeyboardEvent, type RefObject, useRef, useState } from 'react'

export interface BoxMenu {
  /** Takes a key of the box; false leaves it to the box. */
  keys: RefObject<((event: KeyboardEvent) => boolean) | null>
  show: (shown: { id: string; active: string } | null) => void
}

export function useComposerMenu() {
  const [shown, show] = useState<{ id: string; active: string } | null>(null)
  const keys = useRef<((event: KeyboardEvent) => boolean) | null>(null)
  const attributes = shown && {
    'aria-autocomplete': 'list' as const,
    'aria-haspopup': 'listbox' as const,
    'aria-controls': shown.id,
    'aria-activedescendant': shown.active,
  }
  return { box: { keys, show } satisfies BoxMenu, attributes, onKey: (event: KeyboardEvent) => keys.current?.(event) }
}
