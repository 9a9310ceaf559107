import { BellOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/ui/IconButton'
import styles from './Bell.module.css'
import { centre } from './centre'
import { countText } from './notices'
import { useUnread } from './useNotices'

/** How many things wait to be read, and the way to them. */
export function Bell({ tip, onLeave }: { tip: 'right' | 'below'; onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation()
  const unread = useUnread()
  return (
    <span className={styles.bell}>
      <IconButton
        label={unread > 0 ? t('nav.unread', { count: unread }) : t('nav.notifications')}
        icon={<BellOutlined aria-hidden="true" />}
        tip={tip}
        onClick={() => {
          onLeave?.()
          centre.open()
        }}
      />
      {unread > 0 && (
        <span className={styles.count} aria-hidden="true">
          {countText(unread)}
        </span>
      )}
    </span>
  )
}
