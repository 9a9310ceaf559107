import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Job } from '@/api/types'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Field } from '@/ui/Field'
import { TextArea } from '@/ui/TextArea'
import { toast } from '@/ui/toast'
import { possible } from './filters'
import styles from './Jobs.module.css'
import { cancelJob, ignoreJob, resolveJob, retryJob } from './queries'

type Action = 'retry' | 'cancel' | 'resolve' | 'ignore'

const WORK = {
  retry: (id: string) => retryJob(id),
  cancel: (id: string) => cancelJob(id),
  resolve: resolveJob,
  ignore: ignoreJob,
}

/** What an admin may do about a job; each is asked first. */
export function JobActions({ job }: { job: Job }) {
  const { t } = useTranslation('admin')
  const [asking, setAsking] = useState<Action | null>(null)
  const can = possible(job)
  const offered: Action[] = [
    ...(can.settle ? (['ignore', 'resolve'] as const) : []),
    ...(can.retry ? (['retry'] as const) : []),
    ...(can.cancel ? (['cancel'] as const) : []),
  ]
  return (
    <div className={styles.actions}>
      {offered.map((action) => (
        <Button
          key={action}
          type={action === 'retry' ? 'primary' : 'default'}
          danger={action === 'cancel'}
          onClick={() => setAsking(action)}
        >
          {t(`jobs.${action}.action`)}
        </Button>
      ))}
      {asking && <AskFirst job={job} action={asking} onClose={() => setAsking(null)} />}
    </div>
  )
}

function AskFirst({ job, action, onClose }: { job: Job; action: Action; onClose: () => void }) {
  const { t } = useTranslation('admin')
  const [note, setNote] = useState('')
  return (
    <ConfirmDialog
      title={t(`jobs.${action}.title`)}
      action={t(`jobs.${action}.action`)}
      danger={action === 'cancel'}
      onConfirm={() => WORK[action](job.id, note.trim())}
      onDone={() => toast(t(`jobs.${action}.done`))}
      onClose={onClose}
    >
      <p>{t(`jobs.${action}.text`)}</p>
      {(action === 'resolve' || action === 'ignore') && (
        <Field label={t('jobs.note')} hint={t('jobs.noteHint')}>
          {(attributes) => (
            <TextArea {...attributes} maxLength={2000} value={note} onChange={(event) => setNote(event.target.value)} />
          )}
        </Field>
      )}
    </ConfirmDialog>
  )
}
