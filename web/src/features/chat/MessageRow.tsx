import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Message } from '@/api/types'
import { CopyButton } from '@/ui/CopyButton'
import { Markdown } from '@/ui/markdown/Markdown'
import { AnswerState } from './AnswerState'
import styles from './MessageRow.module.css'
import { Thinking } from './Thinking'
import { textOf } from './temporary'

interface MessageRowProps {
  message: Message
  /** Given for the last message, where an answer can be asked for again. */
  onRetry?: (() => void) | undefined
}

/** One message; drawn again only when it has changed. */
export const MessageRow = memo(function MessageRow({ message, onRetry }: MessageRowProps) {
  const { t } = useTranslation('chat')
  const who = t(message.role === 'user' ? 'you' : 'assistant')
  if (message.role === 'user') {
    return (
      <article className={styles.user} aria-label={who} data-role="user">
        <div className={styles.bubble}>{textOf(message)}</div>
      </article>
    )
  }
  return (
    <article className={styles.assistant} aria-label={who} data-role="assistant" data-status={message.status}>
      {message.parts.map((part) =>
        part.type === 'reasoning' ? (
          <Thinking key={part.id} part={part} streaming={message.status === 'streaming'} />
        ) : (
          <Markdown key={part.id} text={part.text} streaming={message.status === 'streaming' && !part.ended_at} />
        ),
      )}
      <AnswerState message={message} onRetry={onRetry} />
      {message.status !== 'streaming' && <Foot message={message} />}
    </article>
  )
})

function Foot({ message }: { message: Message }) {
  const { t } = useTranslation('chat')
  const text = textOf(message)
  if (text === '') return null
  return (
    <footer className={styles.foot}>
      <CopyButton text={text} label={t('copyAnswer')} />
      {message.model && <span>{message.model}</span>}
      {message.usage && <span>{t('tokens', { count: message.usage.output_tokens })}</span>}
    </footer>
  )
}
