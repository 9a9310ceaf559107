import {
  CloseOutlined,
  EditOutlined,
  EyeInvisibleOutlined,
  FolderAddOutlined,
  SafetyOutlined,
  SearchOutlined,
} from '@ant-design/icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { serverNow } from '@/api/serverClock'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { IconButton } from '@/ui/IconButton'
import side from '@/ui/SideLink.module.css'
import { Skeleton } from '@/ui/Skeleton'
import { Spinner } from '@/ui/Spinner'
import { FolderDialog, Folders } from './onDemand'
import { useWaiting } from './permissions/useWaiting'
import { foldersQuery, sessionsQuery } from './queries'
import styles from './SessionList.module.css'
import { SessionRow, type SessionRowProps } from './SessionRow'
import { byAge, MAIN } from './sessionPages'
import { useSight } from './useSight'

/** Sessions of this person: the folders, then what is in none; or, across all of them, those with a tag. */
export function SessionList({ onLeave }: { onLeave?: () => void }) {
  const { t } = useTranslation('chat')
  const { data: folders = [] } = useQuery(foldersQuery)
  const [tag, setTag] = useState<string | null>(null)
  const [isNaming, setNaming] = useState(false)
  const row = { onLeave, onTag: setTag }
  return (
    <nav className={styles.list} aria-label={t('sessions')}>
      <Ways onLeave={onLeave} />
      {tag !== null && (
        <button type="button" className={styles.tag} aria-label={t('everyTag')} onClick={() => setTag(null)}>
          <span>#{tag}</span> <CloseOutlined aria-hidden="true" />
        </button>
      )}
      <div className={styles.scroller}>
        {tag === null && folders.length > 0 && <Folders folders={folders} {...row} />}
        <Recent key={tag} tag={tag} {...row} />
      </div>
      <div className={styles.foot}>
        <Link to="/chat/prompts" className={side.link} onClick={onLeave}>
          {t('prompts')}
        </Link>
        <Link to="/chat/archive" className={side.link} onClick={onLeave}>
          {t('archive')}
        </Link>
        <IconButton
          label={t('newFolder')}
          icon={<FolderAddOutlined aria-hidden="true" />}
          tip={false}
          onClick={() => setNaming(true)}
        />
      </div>
      {isNaming && <FolderDialog folder={null} onClose={() => setNaming(false)} />}
    </nav>
  )
}

function Ways({ onLeave }: { onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation('chat')
  const waiting = useWaiting().length
  return (
    <div className={styles.top}>
      <Link to="/chat" className={side.link} activeOptions={{ exact: true }} onClick={onLeave}>
        <EditOutlined aria-hidden="true" /> {t('newChat')}
      </Link>
      <Link to="/chat/search" className={side.link} onClick={onLeave}>
        <SearchOutlined aria-hidden="true" /> {t('search')}
      </Link>
      <Link to="/chat/temporary" className={side.link} onClick={onLeave}>
        <EyeInvisibleOutlined aria-hidden="true" /> {t('temporary.title')}
      </Link>
      <Link to="/chat/permissions" className={side.link} onClick={onLeave}>
        <SafetyOutlined aria-hidden="true" /> {t('waitsForYou')}
        {waiting > 0 && <b className={styles.count}>{waiting}</b>}
      </Link>
    </div>
  )
}

/** Pinned sessions first, then newest activity, read further as it is scrolled. */
function Recent({ tag, ...row }: Omit<SessionRowProps, 'session'> & { tag: string | null }) {
  const { t } = useTranslation('chat')
  const list = useInfiniteQuery(sessionsQuery(tag === null ? MAIN : { archived: false, tag }))
  const sessions = list.data?.pages.flatMap((page) => page.items) ?? []
  const more = useSight(sessions.length, () => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
  })
  return (
    <>
      {list.isPending && <Skeleton title={false} rows={6} className={styles.wait} />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && sessions.length === 0 && (
        <p className={styles.empty}>{t(tag === null ? 'noSessions' : 'noneTagged')}</p>
      )}
      {byAge(sessions, new Date(serverNow())).map((group) => (
        <section key={group.age} className={styles.group} aria-label={t(`age.${group.age}`)}>
          <h2 className={styles.age}>{t(`age.${group.age}`)}</h2>
          <ul className={styles.rows}>
            {group.sessions.map((session) => (
              <SessionRow key={session.id} session={session} {...row} />
            ))}
          </ul>
        </section>
      ))}
      <div ref={more} className={styles.more}>
        {list.isFetchingNextPage && <Spinner />}
      </div>
    </>
  )
}
