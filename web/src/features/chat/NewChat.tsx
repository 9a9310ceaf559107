import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session, User } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { useTitle } from '@/ui/useTitle'
import { ChatHeader } from './ChatHeader'
import { Composer } from './Composer'
import styles from './Conversation.module.css'
import { preferredModel, rememberModel } from './drafts'
import { ModelPicker } from './ModelPicker'
import { NoModels } from './NoModels'
import { createSession, modelsQuery, sendMessage } from './queries'
import { useWriting } from './useWriting'

/** Nothing said yet: a greeting, a few ways to begin, and the composer. The session is made with the first message. */
export function NewChat({ user }: { user: User }) {
  const { t } = useTranslation('chat')
  const models = useQuery(modelsQuery)
  const writing = useWriting(user.id, 'new')
  useTitle(t('newChat'))
  const [picked, setPicked] = useState<string | null>(null)
  const model = picked ?? preferredModel((models.data ?? []).map((one) => one.name))
  const begin = useBegin(writing.sent)
  if (models.isSuccess && models.data.length === 0) return <NoModels isAdmin={user.role === 'admin'} />
  return (
    <div className={styles.conversation}>
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
          onSend={() => begin.mutate({ text: writing.text.trim(), model, wish: writing.wish() })}
          onStop={() => undefined}
          running={false}
          sending={begin.isPending}
        >
          <ModelPicker
            models={models.data ?? []}
            value={model}
            onPick={(name) => {
              rememberModel(name)
              setPicked(name)
            }}
          />
        </Composer>
      </div>
    </div>
  )
}

/** Makes the session and sends its first message; when only the second fails, the next try uses the same session. */
function useBegin(onSent: () => void) {
  const navigate = useNavigate()
  const made = useRef<Session | null>(null)
  return useMutation({
    mutationFn: async ({ text, model, wish }: { text: string; model: string | null; wish: string }) => {
      made.current ??= await createSession(model)
      await sendMessage(made.current.id, text, model, wish)
      return made.current.id
    },
    onSuccess: (sessionId) => {
      onSent()
      return navigate({ to: '/chat/$sessionId', params: { sessionId } })
    },
  })
}
