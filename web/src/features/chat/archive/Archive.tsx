import { InboxOutlined, MoreOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { Spinner } from '@/ui/Spinner'
import { Ago } from '@/ui/Time'
import { sessionsQuery } from '../queries'
import { RenameField } from '../RenameField'
import { SessionMenuButton } from '../SessionMenuButton'
import { useArchive } from '../useArchive'
import { useSight } from '../useSight'
import styles from './Archive.module.css'

/** Sessions that were put aside, newest activity first, read further as it is scrolled. */
export function Archive() {
  const { t } = useTranslation('sessions')
  const list = useInfiniteQuery(sessionsQuery({ archived: true }))
  const sessions = list.data?.pages.flatMap((page) => page.items) ?? []
  const more = useSight(sessions.length, () => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
  })
  return (
    <Page title={t('archiveTitle')} text={t('archiveText')}>
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && sessions.length === 0 && !list.hasNextPage && (
        <EmptyState icon={<InboxOutlined />} title={t('archiveEmpty')} text={t('archiveEmptyText')} />
      )}
      <ul className={styles.list} aria-label={t('archiveTitle')}>
        {sessions.map((session) => (
          <Archived key={session.id} session={session} />
        ))}
      </ul>
      <div ref={more} className={styles.more}>
        {list.isFetchingNextPage && <Spinner />}
      </div>
    </Page>
  )
}

function Archived({ session }: { session: Session }) {
  const { t } = useTranslation(['sessions', 'chat'])
  const { bringBack } = useArchive()
  const [renaming, setRenaming] = useState(false)
  const title = session.title ?? t('chat:untitled')
  return (
    <li className={styles.row}>
      {renaming ? (
        <RenameField session={session} onDone={() => setRenaming(false)} />
      ) : (
        <Link to="/chat/$sessionId" params={{ sessionId: session.id }} className={styles.title}>
          {title}
        </Link>
      )}
      <Ago at={session.activity_at} />
      <Button onClick={() => bringBack(session)}>{t('bringBack')}</Button>
      <SessionMenuButton session={session} label={t('chat:menuOf', { title })} onRename={() => setRenaming(true)}>
        <MoreOutlined aria-hidden="true" />
      </SessionMenuButton>
    </li>
  )
}
