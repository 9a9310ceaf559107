import { useMutation, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { newIdempotencyKey } from '@/api/client'
import { asApiError } from '@/api/errors'
import { serverNow } from '@/api/serverClock'
import type { Attached, Message } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useErrorText } from '@/ui/errorText'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'
import { isLimited } from './AnswerState'
import { ModePicker } from './agent/ModePicker'
import { WorkspacePicker } from './agent/WorkspacePicker'
import { useDropZone } from './attachments/useDropZone'
import { useFiles, wishOf } from './attachments/useFiles'
import { Busy, switchBranch } from './branches/branches'
import { continueFrom, useContinuing } from './branches/continuing'
import { edit } from './branches/editing'
import { SessionHeader } from './ChatHeader'
import { Composer } from './Composer'
import styles from './Conversation.module.css'
import { rememberModel } from './drafts'
import { MessageList } from './MessageList'
import { MessageRow } from './MessageRow'
import { ModelPicker } from './ModelPicker'
import {
  ContinueBar,
  DropHint,
  EnginePicker,
  Gone,
  MannerButton,
  QuestionBar,
  Queue,
  TodoPanel,
  WaitingBar,
} from './onDemand'
import {
  changeSession,
  loadOlder,
  modelsQuery,
  retryAnswer,
  type SessionChange,
  sendMessage,
  sessionQuery,
  stopAnswer,
} from './queries'
import { useSessionStream } from './streams'
import { useWriting } from './useWriting'
import type { SessionView } from './view'

/** One session: its messages, live, and the composer. */
export function Conversation({ sessionId, userId }: { sessionId: string; userId: string }) {
  const session = useQuery(sessionQuery(sessionId))
  useSessionStream(sessionId, session.isSuccess)
  if (session.isError) {
    if (asApiError(session.error).status === 404) return <Gone />
    return (
      <div className={styles.notice}>
        <ErrorNotice error={session.error} onRetry={() => void session.refetch()} />
      </div>
    )
  }
  if (session.isPending) {
    return (
      <div className={styles.notice}>
        <Skeleton rows={8} />
      </div>
    )
  }
  if (session.data.removed) return <Gone />
  return <OpenConversation view={session.data} userId={userId} />
}

function OpenConversation({ view, userId }: { view: SessionView; userId: string }) {
  const { session, messages, olderCursor, permissions, questions, todos, queue } = view
  const { t } = useTranslation('chat')
  const { message: wanted } = useSearch({ strict: false })
  useWantedBranch(session.id, wanted)
  const writing = useWriting(userId, session.id)
  const { data: models = [] } = useQuery(modelsQuery)
  const model = session.model ?? models[0]?.name ?? null
  const files = useFiles(userId, session.id)
  const { over, zone } = useDropZone(files.add)
  const { send, stop, retry, goOn, pick, change } = useActions(session.id, ({ text, attached }) => {
    writing.sent(text)
    files.sent(attached)
    continueFrom(null)
  })
  const from = useContinuing(session.id)
  const running = session.state !== 'idle' || messages.at(-1)?.status === 'streaming'
  const last = messages.findLast((message) => message.role === 'user')
  return (
    <div className={styles.conversation} {...zone}>
      {over && <DropHint />}
      <SessionHeader key={session.id} session={session} />
      <Busy value={running}>
        <MessageList
          messages={messages}
          permissions={permissions}
          questions={questions}
          workspaceId={session.workspace_id}
          wanted={wanted}
          onRetry={isLimited(messages.at(-1)) ? () => goOn(t('goOn'), model) : retry}
          onOlder={olderCursor ? (count) => loadOlder(session.id, count) : undefined}
        >
          {send.isPending && !running && <Pending {...send.variables} sessionId={session.id} />}
          {messages.length === 0 && !send.isPending && <p className={styles.empty}>{t('emptySession')}</p>}
        </MessageList>
      </Busy>
      <div className={styles.foot}>
        {send.isError && <ErrorNotice error={send.error} />}
        {permissions[0] && (
          <WaitingBar key={permissions[0].id} permission={permissions[0]} count={permissions.length} />
        )}
        {questions[0] && <QuestionBar key={questions[0].id} question={questions[0]} />}
        {todos.length > 0 && <TodoPanel todos={todos} running={running} />}
        {from && <ContinueBar message={from} />}
        {queue.length > 0 && <Queue session={session} queue={queue} />}
        <Composer
          text={send.isPending && send.variables.text === writing.text.trim() ? '' : writing.text}
          onText={writing.setText}
          onSend={() => {
            const { attached } = files
            const wish = wishOf(writing.wish(), attached)
            send.mutate({ text: writing.text.trim(), model, wish, attached, ...(from && { parentId: from.id }) })
          }}
          onStop={stop}
          running={running}
          queues
          sending={send.isPending}
          onLast={last?.siblings.length && !running ? () => edit(last.id, true) : undefined}
          place={{ session, kept: session, onChange: (wanted) => changeSession(session.id, wanted) }}
          files={files}
          onFiles={files.add}
          workspaceId={session.workspace_id}
        >
          <ModelPicker models={models} value={model} onPick={pick} />
          <WorkspacePicker value={session.workspace_id} onPick={(workspace_id) => change({ workspace_id })} />
          <ModePicker value={session.mode} onPick={(mode) => change({ mode })} />
          <EnginePicker
            value={session.engine}
            workspaceId={session.workspace_id}
            onPick={(engine) => change({ engine })}
          />
          <MannerButton value={session} onKeep={(kept) => changeSession(session.id, kept)} />
        </Composer>
      </div>
    </div>
  )
}

/** Somebody came for a message: its branch is shown, should another one be. */
function useWantedBranch(sessionId: string, wanted: string | undefined) {
  useEffect(() => {
    if (wanted) void switchBranch(sessionId, wanted).catch(() => undefined)
  }, [sessionId, wanted])
}

interface Wanted {
  text: string
  model: string | null
  wish: string
  attached: Attached[]
  parentId?: string
}

function useActions(sessionId: string, onSent: (sent: Wanted) => void) {
  const words = useErrorText()
  const say = (thrown: unknown) => toast(words(thrown))
  const send = useMutation({
    mutationFn: ({ text, model, wish, ...beside }: Wanted) => sendMessage(sessionId, text, model, wish, beside),
    onSuccess: (_, sent) => onSent(sent),
  })
  return {
    send,
    stop: () => void stopAnswer(sessionId).catch(say),
    goOn: (text: string, model: string | null) =>
      void sendMessage(sessionId, text, model, newIdempotencyKey()).catch(say),
    retry: () => void retryAnswer(sessionId).catch(say),
    pick: (model: string) => {
      rememberModel(model)
      changeSession(sessionId, { model }).catch(say)
    },
    change: (wanted: SessionChange) => void changeSession(sessionId, wanted).catch(say),
  }
}

/** The message on its way, before the server has said that it is kept. */
function Pending({ text, attached, sessionId }: { text: string; attached: Attached[]; sessionId: string }) {
  const at = new Date(serverNow()).toISOString()
  const part = { id: 'pending', type: 'text' as const, text, started_at: at, ended_at: at }
  const message: Message = {
    id: 'pending',
    session_id: sessionId,
    parent_id: null,
    siblings: [],
    role: 'user',
    kind: 'said',
    status: 'complete',
    parts: [part],
    model: null,
    error: null,
    usage: null,
    changes: null,
    attachments: attached,
    created_at: at,
  }
  return (
    <div className={styles.pending}>
      <MessageRow message={message} />
    </div>
  )
}
