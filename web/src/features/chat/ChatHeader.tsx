import { EllipsisOutlined } from '@ant-design/icons'
import { type ReactNode, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { realtime } from '@/api/realtime/line'
import type { Session } from '@/api/types'
import { Tag } from '@/ui/Tag'
import { useTitle } from '@/ui/useTitle'
import styles from './ChatHeader.module.css'
import { ForkedFrom, ParameterChip, RenameField, SessionMeter } from './onDemand'
import { SessionMenuButton } from './SessionMenuButton'

/** The title of what is open, with what can be done to it. */
export function SessionHeader({ session }: { session: Session }) {
  const { t } = useTranslation('chat')
  const [renaming, setRenaming] = useState(false)
  useTitle(session.title ?? t('untitled'))
  return (
    <ChatHeader lined>
      {renaming ? (
        <RenameField session={session} onDone={() => setRenaming(false)} />
      ) : (
        <>
          <h1 className={styles.title} translate="no">
            {session.title ?? t('untitled')}
          </h1>
          {session.engine !== 'builtin' && <Tag>{session.engine}</Tag>}
          <SessionMenuButton session={session} label={t('menu')} onRename={() => setRenaming(true)}>
            <EllipsisOutlined aria-hidden="true" />
          </SessionMenuButton>
          {session.forked_from_id && <ForkedFrom id={session.forked_from_id} />}
          <SessionMeter session={session} />
          {session.parameters && <ParameterChip session={session} />}
        </>
      )}
      <Connection />
    </ChatHeader>
  )
}

/** The bar above a conversation; a line parts it from messages that scroll below. */
export function ChatHeader({ children, lined = false }: { children?: ReactNode; lined?: boolean }) {
  return <header className={lined ? `${styles.header} ${styles.lined}` : styles.header}>{children}</header>
}

/** Says so while the line to the server is down; nothing is lost meanwhile. */
function Connection() {
  const { t } = useTranslation('chat')
  const state = useSyncExternalStore(realtime.onState, realtime.state)
  return (
    <span className={styles.line} role="status">
      {state === 'waiting' ? t('reconnecting') : ''}
    </span>
  )
}
