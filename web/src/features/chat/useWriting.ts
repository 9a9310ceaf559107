/** The text being written in one place: a draft that survives reloads, and the wish it becomes when it is sent. */
import { useRef, useState } from 'react'
import { newIdempotencyKey } from '@/api/client'
import { keepDraft, readDraft } from './drafts'

export interface Writing {
  text: string
  setText: (text: string) => void
  /** The same key as long as the same text is being sent, so a repeated try never sends it twice. */
  wish: () => string
  /** It has arrived: begin afresh, unless something else is being written by now. */
  sent: (text?: string) => void
}

export function useWriting(userId: string, place: string): Writing {
  const [text, show] = useState(() => readDraft(userId, place))
  const key = useRef<string | null>(null)
  const latest = useRef(text)
  const setText = (next: string) => {
    key.current = null
    latest.current = next
    show(next)
    keepDraft(userId, place, next)
  }
  return {
    text,
    setText,
    wish: () => {
      key.current ??= newIdempotencyKey()
      return key.current
    },
    sent: (arrived) => {
      if (arrived === undefined || arrived === latest.current.trim()) setText('')
    },
  }
}
