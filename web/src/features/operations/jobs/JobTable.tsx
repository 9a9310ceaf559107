import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Job } from '@/api/types'
import { type Column, DataTable } from '@/ui/DataTable'
import { useFormat } from '@/ui/format'
import { Tag } from '@/ui/Tag'
import { Ago } from '@/ui/Time'
import { JobProgressBar } from './JobProgressBar'
import styles from './Jobs.module.css'
import { useJobName } from './words'

export function JobTable({ jobs }: { jobs: Job[] }) {
  const { t } = useTranslation('admin')
  const jobName = useJobName()
  const format = useFormat()
  const columns: Column<Job>[] = [
    {
      key: 'name',
      title: t('jobs.job'),
      kind: 'name',
      render: (job) => (
        <span className={styles.stack}>
          <Link to="/admin/jobs/$jobId" params={{ jobId: job.id }}>
            {jobName(job.name)}
          </Link>
          {job.args.length > 0 && <span className={styles.soft}>{job.args.join(' · ')}</span>}
        </span>
      ),
    },
    { key: 'state', title: t('jobs.state'), render: (job) => <JobStateTag job={job} /> },
    { key: 'progress', title: t('jobs.progress'), render: (job) => <Outcome job={job} /> },
    { key: 'attempts', title: t('jobs.attempts'), kind: 'number', render: ({ attempts }) => format.count(attempts) },
    { key: 'queue', title: t('jobs.queue'), render: ({ queue }) => queue },
    { key: 'created', title: t('jobs.created'), render: ({ created_at }) => <Ago at={created_at} /> },
    {
      key: 'took',
      title: t('jobs.took'),
      kind: 'number',
      render: ({ started_at, ended_at }) =>
        started_at && ended_at ? format.span((Date.parse(ended_at) - Date.parse(started_at)) / 1000) : '–',
    },
  ]
  return <DataTable label={t('jobs.title')} columns={columns} rows={jobs} rowKey={(job) => job.id} />
}

const TONES = {
  queued: 'plain',
  running: 'accent',
  waiting: 'warn',
  succeeded: 'good',
  failed: 'bad',
  cancelled: 'plain',
} as const

export function JobStateTag({ job }: { job: Job }) {
  const { t } = useTranslation('admin')
  if (job.state === 'failed' && job.verdict) return <Tag>{t(`jobs.verdicts.${job.verdict}`)}</Tag>
  if (job.cancel_requested && job.state === 'running') return <Tag tone="warn">{t('jobs.stopping')}</Tag>
  return <Tag tone={TONES[job.state]}>{t(`jobs.states.${job.state}`)}</Tag>
}

/** How far it is, or why it is not. */
function Outcome({ job }: { job: Job }) {
  if (job.error && job.state !== 'succeeded') return <span className={styles.error}>{job.error.message}</span>
  if (job.progress && job.state !== 'succeeded') return <JobProgressBar job={job} />
  return null
}
