/** While `@` and a name are written: a menu of the workspace's files, which the keys of the text box work. */
import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { MentionMenu } from '../onDemand'
import type { BoxMenu } from '../useComposerMenu'
import { type Mention, mentionAt, withMention } from './mention'

export function useMentions(
  box: RefObject<HTMLTextAreaElement | null>,
  menu: BoxMenu,
  workspaceId: string | null,
  onText: (text: string) => void,
) {
  const [mention, setMention] = useState<Mention | null>(null)
  const caret = useRef<number | null>(null)
  useLayoutEffect(() => {
    if (caret.current === null) return
    box.current?.setSelectionRange(caret.current, caret.current)
    caret.current = null
  })
  const close = () => setMention(null)
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
    menu: mention && workspaceId && (
      <MentionMenu box={menu} workspaceId={workspaceId} query={mention.query} onPick={pick} onClose={close} />
    ),
  }
}
