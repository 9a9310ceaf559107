import { ArrowDownOutlined } from '@ant-design/icons'
import { Spin } from 'antd'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '@/api/types'
import styles from './MessageList.module.css'
import { MessageRow } from './MessageRow'

interface MessageListProps {
  messages: Message[]
  onRetry: () => void
  /** Reads older messages; absent when the first one is shown. */
  onOlder?: (() => Promise<void>) | undefined
  children?: ReactNode
}

const NEAR = 80

/** The conversation: sticks to its end while the reader is there, and stays put while they read above. */
export function MessageList({ messages, onRetry, onOlder, children }: MessageListProps) {
  const { t } = useTranslation('chat')
  const { scroller, content, away, toEnd, onScroll } = useStickToEnd()
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
  return { scroller, content, away, toEnd, onScroll }
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
