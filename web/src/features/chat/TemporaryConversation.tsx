import { EyeInvisibleOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { loadWords } from '@/locales'
import { Button } from '@/ui/Button'
import { Tag } from '@/ui/Tag'
import { toast } from '@/ui/toast'
import { useTitle } from '@/ui/useTitle'
import { useDropZone } from './attachments/useDropZone'
import { ChatHeader } from './ChatHeader'
import headerStyles from './ChatHeader.module.css'
import { Composer } from './Composer'
import styles from './Conversation.module.css'
import { preferredModel, rememberModel } from './drafts'
import { MessageList } from './MessageList'
import { ModelPicker } from './ModelPicker'
import { NoModels } from './onDemand'
import { modelsQuery } from './queries'
import { clearTemporary, retryTemporary, sendTemporary, stopTemporary, temporaryChat, textOf } from './temporary'

/** A conversation that is stored nowhere: not on the server, not in this browser. */
export function TemporaryConversation({ user }: { user: User }) {
  const { t, i18n } = useTranslation('chat')
  const { messages, running } = useSyncExternalStore(temporaryChat.subscribe, temporaryChat.snapshot)
  const { data: models = [], isSuccess } = useQuery(modelsQuery)
  const [text, setText] = useState('')
  useTitle(t('temporary.title'))
  const [picked, setPicked] = useState<string | null>(null)
  const model = picked ?? preferredModel(models.map((one) => one.name))
  const refuseFiles = () => void loadWords('attachments').then(() => toast(i18n.t('attachments:notTemporary')))
  const { zone } = useDropZone(refuseFiles)
  const last = messages.findLast((message) => message.role === 'user')
  const send = () => {
    if (!model) return
    setText('')
    void sendTemporary(text.trim(), model)
  }
  if (isSuccess && models.length === 0) return <NoModels isAdmin={user.role === 'admin'} />
  return (
    <div className={styles.conversation} {...zone}>
      <ChatHeader lined={messages.length > 0}>
        {messages.length > 0 && (
          <>
            <h1 className={headerStyles.title}>{t('temporary.title')}</h1>
            <Tag>{t('temporary.tag')}</Tag>
            <Button type="text" size="small" className={headerStyles.line} onClick={clearTemporary}>
              {t('temporary.clear')}
            </Button>
          </>
        )}
      </ChatHeader>
      {messages.length === 0 ? (
        <Welcome />
      ) : (
        <MessageList messages={messages} onRetry={() => model && void retryTemporary(model)} />
      )}
      <div className={styles.foot}>
        <Composer
          text={text}
          onText={setText}
          onSend={send}
          onStop={stopTemporary}
          running={running}
          sending={false}
          disabled={!model}
          onLast={last && (() => setText(textOf(last)))}
          place={{}}
          onFiles={refuseFiles}
        >
          <ModelPicker
            models={models}
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

function Welcome() {
  const { t } = useTranslation('chat')
  return (
    <div className={styles.hero}>
      <EyeInvisibleOutlined style={{ fontSize: 30, color: 'var(--text-soft)' }} aria-hidden="true" />
      <h1 className={styles.greeting}>{t('temporary.title')}</h1>
      <p className={styles.sub}>{t('temporary.text')}</p>
    </div>
  )
}
