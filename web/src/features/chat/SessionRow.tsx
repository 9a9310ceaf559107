import { MoreOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { RenameField } from './onDemand'
import { SessionMenuButton } from './SessionMenuButton'
import styles from './SessionRow.module.css'

/** One session in the side bar: open it, or its menu. */
export function SessionRow({ session, onLeave }: { session: Session; onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation('chat')
  const [renaming, setRenaming] = useState(false)
  const title = session.title ?? t('untitled')
  if (renaming) {
    return (
      <li className={styles.row}>
        <RenameField session={session} onDone={() => setRenaming(false)} />
      </li>
    )
  }
  return (
    <li className={styles.row}>
      <Link
        to="/chat/$sessionId"
        params={{ sessionId: session.id }}
        className={styles.link}
        title={title}
        onClick={onLeave}
      >
        <span className={styles.title}>{title}</span>
        {session.state === 'running' && <span className={styles.running} role="img" aria-label={t('running')} />}
        {session.state === 'waiting' && <span className={styles.waiting} role="img" aria-label={t('waitsForYou')} />}
      </Link>
      <span className={styles.menu}>
        <SessionMenuButton session={session} label={t('menuOf', { title })} onRename={() => setRenaming(true)}>
          <MoreOutlined aria-hidden="true" />
        </SessionMenuButton>
      </span>
    </li>
  )
}
