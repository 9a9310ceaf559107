import { ArrowDownOutlined } from '@ant-design/icons'
import { Spin } from 'antd'
import { type ReactNode, useCallback, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message, Permission, Question } from '@/api/types'
import styles from './MessageList.module.css'
import { MessageRow } from './MessageRow'

interface MessageListProps {
  messages: Message[]
  /** The message that somebody came for; older ones are read until it is there. */
  wanted?: string | undefined
  onRetry: () => void
  /** Reads older messages; absent when the first one is shown. */
  onOlder?: (() => Promise<void>) | undefined
  /** What waits for a word; it belongs to the last message. */
  permissions?: Permission[]
  questions?: Question[]
  workspaceId?: string | null
  children?: ReactNode
}

const NEAR = 80

/** The conversation: sticks to its end while the reader is there, and stays put while they read above. */
export function MessageList({ messages, wanted, onRetry, onOlder, children, ...agent }: MessageListProps) {
  const { t } = useTranslation('chat')
  const { scroller, content, away, toEnd, leave, onScroll } = useStickToEnd()
  const log = useJump(messages, wanted, leave, onOlder)
  useReplaced(messages, toEnd)
  const reading = useOlder(scroller, messages[0]?.id, onOlder)
  const last = messages.at(-1)
  const ended = last?.role === 'assistant' && ['stopped', 'interrupted', 'failed'].includes(last.status)
  return (
    <div className={styles.frame}>
      <section
        ref={scroller}
        className={styles.scroller}
        aria-label={t('conversation')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onScroll={() => {
          onScroll()
          reading.check()
        }}
      >
        <div ref={content} className={styles.content}>
          {reading.busy && <Spin size="small" className={styles.older} />}
          <div
            ref={log}
            className={styles.log}
            role="log"
            aria-live="polite"
            aria-relevant="additions"
            aria-busy={last?.status === 'streaming'}
          >
            {messages.map((message) => (
              <MessageRow
                key={message.id}
                message={message}
                onRetry={message === last && ended ? onRetry : undefined}
                {...(message === last && agent)}
              />
            ))}
          </div>
          {children}
        </div>
      </section>
      {away && (
        <button type="button" className={styles.toEnd} aria-label={t('toEnd')} onClick={toEnd}>
          <ArrowDownOutlined aria-hidden="true" />
        </button>
      )}
    </div>
  )
}

function useStickToEnd() {
  const scroller = useRef<HTMLElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const stuck = useRef(true)
  const [away, setAway] = useState(false)
  const toEnd = () => {
    const element = scroller.current
    if (element) element.scrollTop = element.scrollHeight
    stuck.current = true
    setAway(false)
  }
  const leave = useCallback(() => {
    stuck.current = false
    setAway(true)
  }, [])
  useLayoutEffect(() => {
    const element = scroller.current
    const inner = content.current
    if (!element || !inner) return
    const follow = () => {
      if (stuck.current) element.scrollTop = element.scrollHeight
    }
    follow()
    const observer = new ResizeObserver(follow)
    observer.observe(inner)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const onScroll = () => {
    const element = scroller.current
    if (!element) return
    stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR
    setAway(!stuck.current)
  }
  return { scroller, content, away, toEnd, leave, onScroll }
}

/** Brings the wanted message into sight, once, however far back it is. */
function useJump(
  messages: Message[],
  wanted: string | undefined,
  leave: () => void,
  onOlder: (() => Promise<void>) | undefined,
) {
  const log = useRef<HTMLDivElement>(null)
  const reached = useRef<string | undefined>(undefined)
  const reading = useRef(false)
  useLayoutEffect(() => {
    if (!wanted || reached.current === wanted) return
    const place = messages.findIndex((message) => message.id === wanted)
    const element = log.current?.children[place]
    if (element instanceof HTMLElement) {
      reached.current = wanted
      leave()
      element.scrollIntoView({ block: 'center' })
      element.dataset.found = ''
    } else if (onOlder && !reading.current) {
      reading.current = true
      void onOlder()
        .catch(() => undefined)
        .finally(() => {
          reading.current = false
        })
    }
  }, [messages, wanted, leave, onOlder])
  return log
}

/** When what was read first is gone, another branch is shown that parts from it above: its end comes into sight. */
function useReplaced(messages: Message[], toEnd: () => void) {
  const first = useRef<string | undefined>(undefined)
  const firstId = messages[0]?.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks only when the first message is another one
  useLayoutEffect(() => {
    const before = first.current
    first.current = firstId
    if (before && !messages.some((message) => message.id === before)) toEnd()
  }, [firstId])
}

/** Reads older messages near the top, and keeps what is being read where it is when they arrive above. */
function useOlder(
  scroller: React.RefObject<HTMLElement | null>,
  firstId: string | undefined,
  onOlder: (() => Promise<void>) | undefined,
) {
  const [busy, setBusy] = useState(false)
  const before = useRef<{ firstId: string | undefined; height: number } | null>(null)
  useLayoutEffect(() => {
    const element = scroller.current
    const was = before.current
    if (!element || !was || was.firstId === firstId) return
    element.scrollTop += element.scrollHeight - was.height
    before.current = null
  }, [scroller, firstId])
  const check = () => {
    const element = scroller.current
    if (!element || !onOlder || busy || element.scrollTop > 400) return
    before.current = { firstId, height: element.scrollHeight }
    setBusy(true)
    onOlder()
      .catch(() => undefined)
      .finally(() => setBusy(false))
  }
  return { busy, check }
}
