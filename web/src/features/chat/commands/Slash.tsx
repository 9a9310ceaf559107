import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { SlashCommands } from '../onDemand'
import type { SlashProps } from './SlashCommands'
import { typedCommand } from './words'

/** What a `/` at the beginning brings up; fetched with the first one. Enter waits for it rather than sending a command. */
export function Slash(props: Omit<SlashProps, 'held' | 'onReady'>) {
  const { box, text } = props
  const [met, meet] = useState(false)
  const [isReady, setReady] = useState(false)
  if (!met && text.startsWith('/')) meet(true)
  const held = useRef<string | null>(null)
  const isDue = met && !isReady && typedCommand(text) !== null
  useLayoutEffect(() => {
    if (!isDue) return
    const hold = (event: KeyboardEvent): boolean => {
      if (event.key !== 'Enter' || event.shiftKey) return false
      event.preventDefault()
      held.current = text
      return true
    }
    box.keys.current = hold
    return () => {
      if (box.keys.current === hold) box.keys.current = null
    }
  }, [box, isDue, text])
  // Who goes on typing has thought better of it.
  useEffect(() => {
    if (held.current !== text) held.current = null
  }, [text])
  return met && <SlashCommands {...props} held={held} onReady={setReady} />
}
