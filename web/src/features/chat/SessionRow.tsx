import { MoreOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { MenuButton } from '@/ui/MenuButton'
import { RenameField } from './RenameField'
import styles from './SessionRow.module.css'
import { useSessionMenu } from './useSessionMenu'

/** One session in the side bar: open, rename, delete. */
export function SessionRow({ session, onLeave }: { session: Session; onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation('chat')
  const [renaming, setRenaming] = useState(false)
  const entries = useSessionMenu(session, () => setRenaming(true))
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
      </Link>
      <span className={styles.menu}>
        <MenuButton label={t('menuOf', { title })} entries={entries}>
          <MoreOutlined aria-hidden="true" />
        </MenuButton>
      </span>
    </li>
  )
}
