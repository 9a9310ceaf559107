import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RetentionKind } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'
import { KeepDialog } from './KeepDialog'
import { KindTable } from './KindTable'
import { retentionQuery, runRetention } from './queries'
import styles from './Retention.module.css'

/** How long what piles up is kept. */
export function RetentionPage() {
  const { t } = useTranslation('admin')
  const kinds = useQuery(retentionQuery)
  const [changing, setChanging] = useState<RetentionKind | null>(null)
  const [running, setRunning] = useState(false)
  return (
    <Page
      wide
      title={t('retention.title')}
      text={t('retention.text')}
      actions={<Button onClick={() => setRunning(true)}>{t('retention.run')}</Button>}
    >
      {kinds.isPending && <Skeleton />}
      {kinds.isError && <ErrorNotice error={kinds.error} onRetry={() => void kinds.refetch()} />}
      {kinds.data && <KindTable kinds={kinds.data} onChange={setChanging} />}
      <p className={styles.soft}>
        {t('retention.nightly')} <Link to="/admin/jobs/schedules">{t('jobs.schedules')}</Link>
      </p>
      {changing && <KeepDialog kind={changing} onClose={() => setChanging(null)} />}
      {running && <RunDialog onClose={() => setRunning(false)} />}
    </Page>
  )
}

function RunDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('admin')
  const navigate = useNavigate()
  return (
    <ConfirmDialog
      title={t('retention.runTitle')}
      action={t('retention.run')}
      danger
      onConfirm={async () => {
        const jobId = await runRetention()
        const onPick = () => void navigate({ to: '/admin/jobs/$jobId', params: { jobId } })
        toast(t('retention.started'), { label: t('jobs.seeJob'), onPick })
      }}
      onClose={onClose}
    >
      <p>{t('retention.runText')}</p>
    </ConfirmDialog>
  )
}
