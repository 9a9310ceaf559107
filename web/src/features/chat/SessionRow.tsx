import { MoreOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { RenameField } from './onDemand'
import { SessionMenuButton } from './SessionMenuButton'
import styles from './SessionRow.module.css'
import { DRAGGED } from './sessionPages'

const MOST_TAGS = 3

export interface SessionRowProps {
  session: Session
  onLeave?: (() => void) | undefined
  /** Asks for the sessions with a tag. */
  onTag: (tag: string) => void
}

/** One session in the side bar: open it, its menu, or what else has one of its tags. A mouse drags it into a folder. */
export function SessionRow({ session, onLeave, onTag }: SessionRowProps) {
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
        onDragStart={(event) => event.dataTransfer.setData(DRAGGED, session.id)}
      >
        <span className={styles.title} translate="no">
          {title}
        </span>
        {session.state === 'running' && <span className={styles.running} role="img" aria-label={t('running')} />}
        {session.state === 'waiting' && <span className={styles.waiting} role="img" aria-label={t('waitsForYou')} />}
      </Link>
      {session.tags.length > 0 && (
        <span className={styles.tags}>
          {session.tags.slice(0, MOST_TAGS).map((tag) => (
            <button key={tag} type="button" title={t('tagged', { tag })} onClick={() => onTag(tag)}>
              #{tag}
            </button>
          ))}
          {session.tags.length > MOST_TAGS && <span>+{session.tags.length - MOST_TAGS}</span>}
        </span>
      )}
      <span className={styles.menu}>
        <SessionMenuButton session={session} label={t('menuOf', { title })} onRename={() => setRenaming(true)}>
          <MoreOutlined aria-hidden="true" />
        </SessionMenuButton>
      </span>
    </li>
  )
}
