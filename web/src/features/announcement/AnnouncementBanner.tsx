import { CloseOutlined, InfoCircleOutlined, NotificationOutlined, WarningOutlined } from '@ant-design/icons'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { serverNow } from '@/api/serverClock'
import { IconButton } from '@/ui/IconButton'
import styles from './AnnouncementBanner.module.css'
import { type Announcement, closedRevision, rememberClosed, timeLeft } from './announcement'

const ICONS = { info: InfoCircleOutlined, warning: WarningOutlined, critical: NotificationOutlined }

/** What the admins tell everybody; closed once, it stays closed until they say something else. */
export function AnnouncementBanner({ announcement }: { announcement: Announcement }) {
  const { t } = useTranslation()
  const [closed, setClosed] = useState(closedRevision)
  const isOver = useIsOver(announcement.until)
  if (isOver || closed === announcement.revision) return null
  const Icon = ICONS[announcement.level]
  const close = () => {
    rememberClosed(announcement.revision)
    setClosed(announcement.revision)
  }
  return (
    <section className={`${styles.banner} ${styles[announcement.level]}`} aria-label={t('announcement')}>
      <Icon aria-hidden="true" />
      <p className={styles.text} role={announcement.level === 'critical' ? 'alert' : 'status'}>
        {announcement.text}
      </p>
      <IconButton
        label={t('closeAnnouncement')}
        icon={<CloseOutlined aria-hidden="true" />}
        tip={false}
        onClick={close}
      />
    </section>
  )
}

/** Whether its time is over, also when that comes while the page is open. */
function useIsOver(until: string | null): boolean {
  const [now, setNow] = useState(serverNow)
  const left = timeLeft(until, now)
  useEffect(() => {
    if (left === null || left <= 0) return
    const timer = setTimeout(() => setNow(serverNow()), left)
    return () => clearTimeout(timer)
  }, [left])
  return left !== null && left <= 0
}
