import { MenuOutlined } from '@ant-design/icons'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useWaiting } from '@/features/chat/permissions/useWaiting'
import { useUnread } from '@/features/notifications/useNotices'
import { Dialog } from '@/ui/Dialog'
import { IconButton } from '@/ui/IconButton'
import { OpenSide } from '@/ui/openSide'
import { useIsPhone } from '@/ui/useMedia'
import { Rail } from './Rail'
import styles from './Wing.module.css'

interface WingProps {
  /** What stands at the side; called with a way to close the drawer on a phone. */
  side: (onLeave?: () => void) => ReactNode
  children: ReactNode
}

/** One wing of the hall: its side bar and its page. On a phone the side bar is a drawer with the wings above it. */
export function Wing({ side, children }: WingProps) {
  const phone = useIsPhone()
  const [open, setOpen] = useState(false)
  return (
    <div className={phone ? styles.phone : styles.wing}>
      {phone ? <Drawer side={side} open={open} setOpen={setOpen} /> : <aside className={styles.side}>{side()}</aside>}
      <main id="content" className={styles.main} tabIndex={-1}>
        <OpenSide value={phone ? () => setOpen(true) : null}>{children}</OpenSide>
      </main>
    </div>
  )
}

interface DrawerProps {
  side: WingProps['side']
  open: boolean
  setOpen: (open: boolean) => void
}

function Drawer({ side, open, setOpen }: DrawerProps) {
  const { t } = useTranslation()
  const unread = useUnread()
  const waiting = useWaiting().length
  const close = () => setOpen(false)
  const others = unread > 0 ? t('nav.openUnread', { count: unread }) : t('nav.open')
  const opener = waiting > 0 ? t('nav.openWaiting', { count: waiting }) : others
  return (
    <>
      <div className={styles.opener}>
        {unread + waiting > 0 && <span className={styles.dot} aria-hidden="true" />}
        <IconButton
          label={opener}
          icon={<MenuOutlined aria-hidden="true" />}
          tip={false}
          onClick={() => setOpen(true)}
        />
      </div>
      {open && (
        <Dialog title={t('nav.menu')} side="start" onClose={close}>
          <Rail across onLeave={close} />
          <div className={styles.drawerSide}>{side(close)}</div>
        </Dialog>
      )}
    </>
  )
}
