/** While `@` and a name are written: a menu of the workspace's files, which the keys of the text box work. */
import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef, useState } from 'react'
import { MentionMenu } from '../onDemand'
import { type Mention, mentionAt, withMention } from './mention'

export type MenuKeys = (event: KeyboardEvent) => boolean

export function useMentions(
  box: RefObject<HTMLTextAreaElement | null>,
  workspaceId: string | null,
  onText: (text: string) => void,
) {
  const [mention, setMention] = useState<Mention | null>(null)
  const [active, setActive] = useState<string>()
  const keys = useRef<MenuKeys | null>(null)
  const caret = useRef<number | null>(null)
  const id = useId()
  useLayoutEffect(() => {
    if (caret.current === null) return
    box.current?.setSelectionRange(caret.current, caret.current)
    caret.current = null
  })
  const close = () => {
    setMention(null)
    setActive(undefined)
  }
  const look = () => {
    const element = box.current
    if (!element || !workspaceId) return
    setMention(mentionAt(element.value, element.selectionStart))
  }
  const pick = (path: string) => {
    if (!mention || !box.current) return
    const made = withMention(box.current.value, mention, path)
    caret.current = made.caret
    onText(made.text)
    close()
    box.current.focus()
  }
  return {
    look,
    close,
    /** Whether the menu has taken a key. */
    takes: (event: KeyboardEvent): boolean => {
      if (!mention) return false
      if (event.key === 'Escape') {
        close()
        return true
      }
      return keys.current?.(event) ?? false
    },
    aria: mention
      ? ({ 'aria-autocomplete': 'list', 'aria-controls': id, 'aria-activedescendant': active } as const)
      : {},
    menu: mention && workspaceId && (
      <MentionMenu
        id={id}
        workspaceId={workspaceId}
        query={mention.query}
        keys={keys}
        onActive={setActive}
        onPick={pick}
      />
    ),
  }
}
