import { BellOutlined, CheckOutlined, DeleteOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Notification } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { IconButton } from '@/ui/IconButton'
import { Skeleton } from '@/ui/Skeleton'
import { Ago } from '@/ui/Time'
import styles from './NotificationCentre.module.css'
import { markRead, noticesQuery, removeNotice } from './queries'
import { useUnread } from './useNotices'
import { noticeWords } from './words'

/** Everything the person should know, newest first. */
export function NotificationCentre({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('notifications')
  const notices = useInfiniteQuery(noticesQuery)
  const unread = useUnread()
  const readAll = useMutation({ mutationFn: () => markRead(null) })
  const items = notices.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Dialog title={t('title')} side="end" onClose={onClose}>
      {unread > 0 && (
        <div className={styles.top}>
          <span>{t('unread', { count: unread })}</span>
          <Button size="small" loading={readAll.isPending} onClick={() => readAll.mutate()}>
            {t('readAll')}
          </Button>
        </div>
      )}
      {readAll.isError && <ErrorNotice error={readAll.error} />}
      {notices.isPending && <Skeleton />}
      {notices.isError && <ErrorNotice error={notices.error} onRetry={() => void notices.refetch()} />}
      {notices.isSuccess && items.length === 0 && (
        <EmptyState icon={<BellOutlined aria-hidden="true" />} title={t('none')} text={t('noneText')} />
      )}
      {items.length > 0 && (
        <ul className={styles.list}>
          {items.map((notice) => (
            <NoticeRow key={notice.id} notice={notice} onLeave={onClose} />
          ))}
        </ul>
      )}
      {notices.hasNextPage && (
        <Button loading={notices.isFetchingNextPage} onClick={() => void notices.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </Dialog>
  )
}

function NoticeRow({ notice, onLeave }: { notice: Notification; onLeave: () => void }) {
  const { t, i18n } = useTranslation('notifications')
  const { title, body } = noticeWords(i18n, notice)
  const navigate = useNavigate()
  const read = useMutation({ mutationFn: () => markRead([notice.id]) })
  const remove = useMutation({ mutationFn: () => removeNotice(notice.id) })
  const isNew = notice.read_at === null
  const open = (link: string) => {
    if (isNew) read.mutate()
    onLeave()
    void navigate({ href: link })
  }
  return (
    <li className={isNew ? styles.new : styles.row}>
      <div className={styles.words}>
        <p className={styles.title}>
          {isNew && <span className="visually-hidden">{t('new')} </span>}
          {title}
        </p>
        {body && <p className={styles.body}>{body}</p>}
        <p className={styles.foot}>
          <Ago at={notice.created_at} />
          {notice.link && isOurs(notice.link) && (
            <a href={notice.link} onClick={(event) => follow(event, () => open(notice.link ?? '/'))}>
              {t('open')}
            </a>
          )}
        </p>
        {(read.isError || remove.isError) && <ErrorNotice error={read.error ?? remove.error} />}
      </div>
      <div className={styles.actions}>
        {isNew && (
          <IconButton
            label={t('readOf', { title })}
            icon={<CheckOutlined aria-hidden="true" />}
            tip={false}
            onClick={() => read.mutate()}
          />
        )}
        <IconButton
          label={t('removeOf', { title })}
          icon={<DeleteOutlined aria-hidden="true" />}
          tip={false}
          onClick={() => remove.mutate()}
        />
      </div>
    </li>
  )
}

/** Only ever a page of this hall. */
function isOurs(link: string): boolean {
  return link.startsWith('/') && !link.startsWith('//') && !link.includes('\\')
}

/** A plain click goes there within the app; with a key held, the browser opens it as it does any link. */
function follow(event: React.MouseEvent, go: () => void): void {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  go()
}
