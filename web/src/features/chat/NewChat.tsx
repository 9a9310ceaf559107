import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Attached, Session, User } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useTitle } from '@/ui/useTitle'
import { ModePicker } from './agent/ModePicker'
import { WorkspacePicker } from './agent/WorkspacePicker'
import { useDropZone } from './attachments/useDropZone'
import { useFiles, wishOf } from './attachments/useFiles'
import { ChatHeader } from './ChatHeader'
import { Composer } from './Composer'
import styles from './Conversation.module.css'
import { preferredModel, rememberModel } from './drafts'
import { ModelPicker } from './ModelPicker'
import { DropHint, EnginePicker, MannerButton, NoModels } from './onDemand'
import { changeSession, createSession, type Manner, modelsQuery, type SessionChange, sendMessage } from './queries'
import { useWriting } from './useWriting'

/** Nothing said yet: a greeting, a few ways to begin, and the composer. The session is made with the first message. */
export function NewChat({ user }: { user: User }) {
  const { t } = useTranslation('chat')
  const models = useQuery(modelsQuery)
  const writing = useWriting(user.id, 'new')
  useTitle(t('newChat'))
  const scene = useRouterState({ select: ({ location }) => location.state.scene })
  const [picked, setPicked] = useState<string | null>(scene?.model ?? null)
  const names = (models.data ?? []).map((one) => one.name)
  const model = picked && names.includes(picked) ? picked : preferredModel(names)
  const [manner, setManner] = useState<Manner>({
    engine: 'builtin',
    mode: scene?.mode ?? 'ask',
    instructions: scene?.instructions ?? null,
    parameters: null,
    workspace_id: null,
  })
  const set = ({ model: wanted, ...part }: SessionChange) => {
    if (wanted) setPicked(wanted)
    setManner((now) => ({ ...now, ...part }))
  }
  const files = useFiles(user.id, 'new')
  const { over, zone } = useDropZone(files.add)
  const begin = useBegin(() => {
    writing.sent()
    files.sent(files.attached)
  })
  if (models.isSuccess && models.data.length === 0) return <NoModels isAdmin={user.role === 'admin'} />
  return (
    <div className={styles.conversation} {...zone}>
      {over && <DropHint />}
      <ChatHeader />
      <div className={styles.hero}>
        <h1 className={styles.greeting}>{t('greeting', { name: user.name.split(' ')[0] })}</h1>
        <p className={styles.sub}>{t('greetingText')}</p>
        <div className={styles.ideas}>
          {(['plan', 'code', 'explain'] as const).map((idea) => (
            <button
              key={idea}
              type="button"
              className={styles.idea}
              onClick={() => writing.setText(t(`idea.${idea}.text`))}
            >
              {t(`idea.${idea}.title`)}
            </button>
          ))}
        </div>
      </div>
      <div className={styles.foot}>
        {models.isError && <ErrorNotice error={models.error} onRetry={() => void models.refetch()} />}
        {begin.isError && <ErrorNotice error={begin.error} />}
        <Composer
          text={writing.text}
          onText={writing.setText}
          onSend={() => {
            const { attached } = files
            const wish = wishOf(writing.wish(), attached)
            begin.mutate({ text: writing.text.trim(), model, manner, wish, attached })
          }}
          onStop={() => undefined}
          running={false}
          sending={begin.isPending}
          place={{ kept: manner, onChange: async (wanted) => set(wanted) }}
          files={files}
          onFiles={files.add}
          workspaceId={manner.workspace_id}
        >
          <ModelPicker
            models={models.data ?? []}
            value={model}
            onPick={(name) => {
              rememberModel(name)
              setPicked(name)
            }}
          />
          <WorkspacePicker
            value={manner.workspace_id}
            onPick={(workspace_id) => setManner({ ...manner, workspace_id })}
          />
          <ModePicker value={manner.mode} onPick={(mode) => setManner({ ...manner, mode })} />
          <EnginePicker
            value={manner.engine}
            workspaceId={manner.workspace_id}
            onPick={(engine) => setManner({ ...manner, engine })}
          />
          <MannerButton value={manner} onKeep={async (kept) => setManner({ ...manner, ...kept })} />
        </Composer>
      </div>
    </div>
  )
}

interface Beginning {
  text: string
  model: string | null
  manner: Manner
  wish: string
  attached: Attached[]
}

/** Makes the session and sends its first message; when only the second fails, the next try uses the same session. */
function useBegin(onSent: () => void) {
  const navigate = useNavigate()
  const made = useRef<Session | null>(null)
  return useMutation({
    mutationFn: async ({ text, model, manner, wish, attached }: Beginning) => {
      if (made.current) await changeSession(made.current.id, manner)
      else made.current = await createSession(model, manner)
      await sendMessage(made.current.id, text, model, wish, { attached })
      return made.current.id
    },
    onSuccess: (sessionId) => {
      onSent()
      return navigate({ to: '/chat/$sessionId', params: { sessionId } })
    },
  })
}
