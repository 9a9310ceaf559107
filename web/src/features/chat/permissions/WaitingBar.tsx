import { SafetyOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Permission } from '@/api/types'
import { useToolWords } from '../tools/useToolWords'
import { cardId } from './PermissionCard'
import styles from './PermissionCard.module.css'
import { useDecide } from './useDecide'

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
      <Button size="small" onClick={() => show(permission)}>
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

function show(permission: Permission): void {
  const card = document.getElementById(cardId(permission))
  card?.scrollIntoView({ block: 'center' })
  card?.focus({ preventScroll: true })
}

/** Whether an element can be seen now; also told of one that is drawn later. */
function useInSight(id: string): boolean {
  const [inSight, setInSight] = useState(true)
  useEffect(() => {
    let card: HTMLElement | null | undefined
    const sight = new IntersectionObserver((entries) => setInSight(entries.at(-1)?.isIntersecting ?? false))
    const look = () => {
      const found = document.getElementById(id)
      if (found === card) return
      sight.disconnect()
      card = found
      if (found) sight.observe(found)
      else setInSight(false)
    }
    const changes = new MutationObserver(look)
    changes.observe(document.body, { childList: true, subtree: true })
    look()
    return () => {
      changes.disconnect()
      sight.disconnect()
    }
  }, [id])
  return inSight
}
