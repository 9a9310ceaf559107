import { EllipsisOutlined } from '@ant-design/icons'
import { type ReactNode, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { realtime } from '@/api/realtime/line'
import type { Session } from '@/api/types'
import { MenuButton } from '@/ui/MenuButton'
import { useTitle } from '@/ui/useTitle'
import styles from './ChatHeader.module.css'
import { RenameField } from './RenameField'
import { useSessionMenu } from './useSessionMenu'

/** The title of what is open, with what can be done to it. */
export function SessionHeader({ session }: { session: Session }) {
  const { t } = useTranslation('chat')
  const [renaming, setRenaming] = useState(false)
  const entries = useSessionMenu(session, () => setRenaming(true))
  useTitle(session.title ?? t('untitled'))
  return (
    <ChatHeader lined>
      {renaming ? (
        <RenameField session={session} onDone={() => setRenaming(false)} />
      ) : (
        <>
          <h1 className={styles.title}>{session.title ?? t('untitled')}</h1>
          <MenuButton label={t('menu')} entries={entries}>
            <EllipsisOutlined aria-hidden="true" />
          </MenuButton>
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
