import { ArrowDownOutlined } from '@ant-design/icons'
import { type ReactNode, type SyntheticEvent, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message, Permission, Question } from '@/api/types'
import { Spinner } from '@/ui/Spinner'
import { useEdited } from './branches/editing'
import styles from './MessageList.module.css'
import { MessageRow } from './MessageRow'
import { piecesOf } from './reading/slots'
import { useJump } from './reading/useJump'
import { useOlder } from './reading/useOlder'
import { useReading } from './reading/useReading'

interface MessageListProps {
  messages: Message[]
  /** The message that somebody came for; older ones are read until it is there. */
  wanted?: string | undefined
  onRetry: () => void
  /** Reads older messages; absent when the first one is shown. */
  onOlder?: ((count?: number) => Promise<void>) | undefined
  /** What waits for a word; it belongs to the last message. */
  permissions?: Permission[]
  questions?: Question[]
  workspaceId?: string | null
  children?: ReactNode
}

/** The conversation: sticks to its end while the reader is there, and stays put while they read above. */
export function MessageList({ messages, wanted, onRetry, onOlder, children, ...agent }: MessageListProps) {
  const { t } = useTranslation('chat')
  const ids = useIds(messages)
  const reading = useReading(ids)
  const { scroller, content, log, slots, span, away, toEnd } = reading
  const { kept, keep } = useKept()
  const pieces = useMemo(() => piecesOf(ids, span, kept, slots), [ids, span, kept, slots])
  const isSeeking = useJump(ids, wanted, reading, onOlder)
  const older = useOlder(reading, messages, onOlder)
  useReplaced(ids, toEnd)
  const last = messages.at(-1)
  const ended = last?.role === 'assistant' && ['stopped', 'interrupted', 'failed'].includes(last.status)
  const row = (message: Message) => (
    <MessageRow
      key={message.id}
      message={message}
      onRetry={message === last && ended ? onRetry : undefined}
      {...(message === last && agent)}
    />
  )
  return (
    <div className={styles.frame}>
      <section
        ref={scroller}
        className={styles.scroller}
        aria-label={t('conversation')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onScroll={reading.onScroll}
        onKeyDown={(event) => {
          if (event.key !== 'End' || event.target !== event.currentTarget) return
          event.preventDefault() // the end is further than it seems while it is not drawn
          toEnd()
        }}
      >
        <div ref={content} className={styles.content}>
          {older && <Spinner className={styles.older} />}
          <div
            ref={log}
            className={styles.log}
            role="log"
            // What is drawn while somebody reads further up is nothing new.
            aria-live={away ? 'off' : 'polite'}
            aria-relevant="additions"
            aria-busy={last?.status === 'streaming'}
            onFocus={keep}
            onPointerDown={keep}
          >
            {pieces.map((piece) => {
              if ('room' in piece) return <Room key={`room-${piece.first}`} height={piece.room} />
              const message = messages[piece.at]
              return message && row(message)
            })}
          </div>
          {children}
        </div>
      </section>
      {isSeeking && <Spinner className={styles.seeking} />}
      {away && (
        <button type="button" className={styles.toEnd} aria-label={t('toEnd')} onClick={toEnd}>
          <ArrowDownOutlined aria-hidden="true" />
        </button>
      )}
    </div>
  )
}

/** Another array only when there are other messages: most changes are within one. */
function useIds(messages: Message[]): readonly string[] {
  const known = useRef<string[]>([])
  return useMemo(() => {
    const isSame = messages.length === known.current.length && messages.every(({ id }, at) => id === known.current[at])
    if (!isSame) known.current = messages.map(({ id }) => id)
    return known.current
  }, [messages])
}

/** In place of messages that are not drawn. */
function Room({ height }: { height: number }) {
  return <div className={styles.room} style={{ height }} aria-hidden="true" />
}

const MOST_KEPT = 12

/** What somebody has touched stays as they left it: opened, half edited, with the focus. */
function useKept() {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const edited = useEdited()
  const kept = useMemo(() => new Set([...touched, ...edited]), [touched, edited])
  const keep = ({ target }: SyntheticEvent) => {
    const id = target instanceof Element && target.closest<HTMLElement>('[data-message]')?.dataset.message
    if (id && !touched.has(id)) setTouched(new Set([...touched, id].slice(-MOST_KEPT)))
  }
  return { kept, keep }
}

/** When what was read first is gone, another branch is shown that parts from it above: its end comes into sight. */
function useReplaced(ids: readonly string[], toEnd: () => void) {
  const first = useRef<string | undefined>(undefined)
  const firstId = ids[0]
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks only when the first message is another one
  useLayoutEffect(() => {
    const before = first.current
    first.current = firstId
    if (before && !ids.includes(before)) toEnd()
  }, [firstId])
}
