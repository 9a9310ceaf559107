import { SafetyOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { Permission } from '@/api/types'
import { Button } from '@/ui/Button'
import { useToolWords } from '../tools/useToolWords'
import styles from './PermissionCard.module.css'
import { showCard, useInSight } from './sight'
import { useDecide } from './useDecide'
import { cardId } from './waiting'

/** Above the composer while the card that waits is out of sight: what it is, and the way to it. */
export function WaitingBar({ permission, count }: { permission: Permission; count: number }) {
  const { t } = useTranslation('agents')
  const words = useToolWords()
  const decide = useDecide(permission)
  const inSight = useInSight(cardId(permission))
  if (inSight) return null
  return (
    <section className={styles.bar} aria-label={t('permission')}>
      <SafetyOutlined aria-hidden="true" />
      <span className={styles.asked}>
        {t('barWaits', { tool: words(permission.tool), count })} <code translate="no">{permission.patterns[0]}</code>
      </span>
      <Button size="small" onClick={() => showCard(cardId(permission))}>
        {t('barShow')}
      </Button>
      <Button
        size="small"
        type="primary"
        loading={decide.isPending}
        onClick={() => decide.mutate({ decision: 'once' })}
      >
        {t('allowOnce')}
      </Button>
    </section>
  )
}
