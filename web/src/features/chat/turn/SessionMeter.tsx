import { DashboardOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { useFormat } from '@/ui/format'
import { sessionQuery } from '../queries'
import type { SessionView } from '../view'
import { SessionUsage } from './SessionUsage'
import styles from './Turn.module.css'
import { usageQuery } from './usage'
import { useCost } from './useCost'

/** What the session has used and how full the model's context is, small in the header; all of it in a dialog. */
export function SessionMeter({ session }: { session: Session }) {
  const { t } = useTranslation('turns')
  const format = useFormat()
  const cost = useCost()
  const [open, setOpen] = useState(false)
  const { data: billed = '' } = useQuery({ ...sessionQuery(session.id), select: billedSoFar })
  const { data } = useQuery(usageQuery(session.id, `${billed} ${session.updated_at}`))
  const { tokens = null, length = null } = data?.context ?? {}
  const full = tokens !== null && length ? tokens / length : null
  return (
    <>
      <button type="button" className={styles.button} aria-label={t('session.open')} onClick={() => setOpen(true)}>
        <DashboardOutlined aria-hidden="true" />
        {data && data.calls > 0 && (
          <span className={styles.short}>
            <span className={styles.cost}>{cost(data)}</span>
            {full !== null && <span data-full={full > 0.8}>{t('session.full', { share: format.percent(full) })}</span>}
          </span>
        )}
      </button>
      {open && data && <SessionUsage session={session} used={data} onClose={() => setOpen(false)} />}
    </>
  )
}

/** Changes whenever more is known of what answers used. */
function billedSoFar({ messages }: SessionView): string {
  const known = messages.filter(({ usage }) => usage?.calls != null)
  return `${known.length} ${known.at(-1)?.id ?? ''}`
}
