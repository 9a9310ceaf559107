import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Question as Asking, Message, Permission, ToolCall } from '@/api/types'
import { CopyButton } from '@/ui/CopyButton'
import { Markdown } from '@/ui/markdown/Markdown'
import { AnswerState } from './AnswerState'
import { edit, useEdited } from './branches/editing'
import styles from './MessageRow.module.css'
import {
  AnswerChanges,
  AnswerMeter,
  AnswerTools,
  AskedCard,
  AttachedFiles,
  EditQuestion,
  QuestionTools,
  SummaryRow,
  TaskCard,
} from './onDemand'
import { ThinkingPart } from './ThinkingPart'
import { textOf } from './temporary'
import { ToolCard } from './tools/ToolCard'
import { ToolState } from './tools/ToolState'
import { knownTool, waitingFor } from './tools/tool'

interface MessageRowProps {
  message: Message
  /** Given for the last message, where an answer can be asked for again. */
  onRetry?: (() => void) | undefined
  /** What waits for a word in this message; the same list as long as nothing in it changes. */
  permissions?: Permission[]
  /** What an agent waits to be told in it; likewise. */
  questions?: Asking[]
  workspaceId?: string | null
}

const NOTHING: never[] = []
const PIECES = { Markdown, ToolCard, ToolState }

/** One message; drawn again only when it has changed. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, onRetry } = props
  const { t } = useTranslation('chat')
  if (message.kind === 'summary') return <SummaryRow message={message} isLast={onRetry !== undefined} />
  const who = t(message.role === 'user' ? 'you' : 'assistant')
  if (message.role === 'user') {
    return (
      <article className={styles.user} aria-label={who} data-role="user" data-message={message.id}>
        <Question message={message} />
      </article>
    )
  }
  return (
    <article
      className={styles.assistant}
      aria-label={who}
      data-role="assistant"
      data-status={message.status}
      data-message={message.id}
    >
      <Parts {...props} />
      <AnswerState message={message} onRetry={onRetry} />
      {message.changes && <AnswerChanges message={message} />}
      {message.status !== 'streaming' && <Foot message={message} />}
    </article>
  )
})

function Question({ message }: { message: Message }) {
  const isEdited = useEdited().has(message.id)
  if (isEdited) return <EditQuestion message={message} onDone={() => edit(message.id, false)} />
  return (
    <>
      {message.attachments.length > 0 && <AttachedFiles attachments={message.attachments} />}
      {textOf(message) && <div className={styles.bubble}>{textOf(message)}</div>}
      {hasBranches(message) && (
        <div className={styles.tools}>
          <QuestionTools message={message} onEdit={() => edit(message.id, true)} />
        </div>
      )}
    </>
  )
}

/** Whether it is stored, among others that are said in its place. */
function hasBranches({ siblings }: Message): boolean {
  return siblings.length > 0
}

function Parts({ message, permissions = NOTHING, questions = NOTHING, workspaceId = null }: MessageRowProps) {
  const streaming = message.status === 'streaming'
  return message.parts.map((part) => {
    if (part.type === 'reasoning') return <ThinkingPart key={part.id} part={part} streaming={streaming} />
    if (!part.tool) return <Markdown key={part.id} text={part.text} streaming={streaming && !part.ended_at} />
    if (part.tool.parent) return null // stands in the card of its sub-agent
    if (hasAsked(part.tool)) {
      const question = questions.find(({ tool_call_id }) => tool_call_id === part.tool?.call_id)
      const hasKeys = question !== undefined && question === questions[0]
      return <AskedCard key={part.id} call={part.tool} live={streaming} question={question} hasKeys={hasKeys} />
    }
    const card = { part, call: part.tool, live: streaming, workspaceId, ...waitingFor(part.tool, permissions) }
    if (part.tool.name !== 'task') return <ToolCard key={part.id} {...card} />
    return <TaskCard key={part.id} {...card} parts={message.parts} permissions={permissions} pieces={PIECES} />
  })
}

/** Whether a call is a question to this person; one that could not be asked is a call like any other. */
function hasAsked({ name, status }: ToolCall): boolean {
  return knownTool(name) === 'ask_user' && status !== 'failed'
}

function Foot({ message }: { message: Message }) {
  const { t } = useTranslation('chat')
  const text = textOf(message)
  if (text === '' && !message.usage && !hasBranches(message)) return null
  return (
    <footer className={styles.foot}>
      {text && <CopyButton text={text} label={t('copyAnswer')} />}
      {hasBranches(message) && <AnswerTools message={message} />}
      {message.model && <span>{message.model}</span>}
      {message.usage && <AnswerMeter usage={message.usage} />}
    </footer>
  )
}
