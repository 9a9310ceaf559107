import { EditOutlined, EyeInvisibleOutlined, SafetyOutlined, SearchOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Skeleton, Spin } from 'antd'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '@/ui/ErrorNotice'
import side from '@/ui/SideLink.module.css'
import { useWaiting } from './permissions/useWaiting'
import { sessionsQuery } from './queries'
import styles from './SessionList.module.css'
import { SessionRow } from './SessionRow'
import { byAge, MAIN } from './sessionPages'
import { useSight } from './useSight'

/** Sessions of this person, pinned ones first, then newest activity, read further as it is scrolled. */
export function SessionList({ onLeave }: { onLeave?: () => void }) {
  const { t } = useTranslation('chat')
  const list = useInfiniteQuery(sessionsQuery(MAIN))
  const waiting = useWaiting().length
  const sessions = list.data?.pages.flatMap((page) => page.items) ?? []
  const more = useSight(sessions.length, () => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
  })
  return (
    <nav className={styles.list} aria-label={t('sessions')}>
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
      <div className={styles.scroller}>
        {list.isPending && (
          <Skeleton active title={false} paragraph={{ rows: 6, width: '100%' }} className={styles.wait} />
        )}
        {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
        {list.isSuccess && sessions.length === 0 && <p className={styles.empty}>{t('noSessions')}</p>}
        {byAge(sessions, new Date()).map((group) => (
          <section key={group.age} className={styles.group} aria-label={t(`age.${group.age}`)}>
            <h2 className={styles.age}>{t(`age.${group.age}`)}</h2>
            <ul className={styles.rows}>
              {group.sessions.map((session) => (
                <SessionRow key={session.id} session={session} onLeave={onLeave} />
              ))}
            </ul>
          </section>
        ))}
        <div ref={more} className={styles.more}>
          {list.isFetchingNextPage && <Spin size="small" />}
        </div>
      </div>
      <div className={styles.foot}>
        <Link to="/chat/prompts" className={side.link} onClick={onLeave}>
          {t('prompts')}
        </Link>
        <Link to="/chat/archive" className={side.link} onClick={onLeave}>
          {t('archive')}
        </Link>
      </div>
    </nav>
  )
}
