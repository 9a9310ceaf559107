import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { queryClient } from '@/api/queryClient'
import { watchSurroundings } from '@/api/realtime/line'
import { LiveAnnouncement } from '@/features/announcement/LiveAnnouncement'
import { LiveWaiting } from '@/features/chat/permissions/LiveWaiting'
import { clearTemporary } from '@/features/chat/temporary'
import { LiveNotices } from '@/features/notifications/LiveNotices'
import { useIsPhone } from '@/ui/useMedia'
import { useUser } from '../useAccess'
import styles from './AppShell.module.css'
import { Rail } from './Rail'

// Nothing is followed before somebody is in, so the sign-in page does not load what follows.
watchSurroundings()

/** The frame around every wing. */
export function AppShell() {
  const { t } = useTranslation()
  const phone = useIsPhone()
  const user = useUser()
  useLeaveWhenSignedOut()
  useForgetting()
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        {t('nav.skip')}
      </a>
      <LiveAnnouncement />
      <div className={phone ? styles.phone : styles.shell}>
        {!phone && <Rail />}
        <Outlet />
      </div>
      {user && <LiveNotices userId={user.id} />}
      {user && <LiveWaiting userId={user.id} />}
    </div>
  )
}

/** Signed out here, in another tab or by the server: go to the sign-in page, and come back to this page from there. */
function useLeaveWhenSignedOut() {
  const user = useUser()
  const navigate = useNavigate()
  const href = useRouterState({ select: (state) => state.location.href })
  const gone = user === null
  useEffect(() => {
    if (gone && !href.startsWith('/sign-in')) void navigate({ to: '/sign-in', search: { next: href } })
  }, [gone, href, navigate])
}

/** What one person had in this tab is gone before the next one is in. */
function useForgetting() {
  const user = useUser()
  const id = user?.id
  const before = useRef(id)
  useEffect(() => {
    if (before.current !== undefined && before.current !== id) {
      clearTemporary()
      queryClient.clear()
    }
    before.current = id
  }, [id])
}
