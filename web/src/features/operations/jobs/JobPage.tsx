import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { JobDetail } from '@/api/types'
import { BackLink } from '@/ui/BackLink'
import { DataTable } from '@/ui/DataTable'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Fact } from '@/ui/Fact'
import { useFormat } from '@/ui/format'
import { Page } from '@/ui/Page'
import { Section } from '@/ui/Section'
import { Skeleton } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { JobActions } from './JobActions'
import { JobProgressBar } from './JobProgressBar'
import styles from './Jobs.module.css'
import { JobStateTag } from './JobTable'
import { isOver, jobQuery } from './queries'
import { useJobStream } from './useJobStream'
import { useJobName } from './words'

/** One job: how it stands, its steps, and what may be done about it. */
export function JobPage() {
  const { t } = useTranslation('admin')
  const { jobId = '' } = useParams({ strict: false })
  const job = useQuery(jobQuery(jobId))
  const jobName = useJobName()
  useJobStream(jobId, job.data && !isOver(job.data) ? job.data.stream : null)
  return (
    <Page title={job.data ? jobName(job.data.name) : t('jobs.job')} actions={job.data && <JobActions job={job.data} />}>
      <BackLink to="/admin/jobs">{t('jobs.all')}</BackLink>
      {job.isPending && <Skeleton />}
      {job.isError && <ErrorNotice error={job.error} onRetry={() => void job.refetch()} />}
      {job.isSuccess && <Facts job={job.data} />}
      {job.isSuccess && <Steps job={job.data} />}
    </Page>
  )
}

function Facts({ job }: { job: JobDetail }) {
  const { t } = useTranslation('admin')
  const attempts = job.most_attempts ? t('jobs.of', { count: job.attempts, most: job.most_attempts }) : job.attempts
  return (
    <Section title={t('jobs.howItStands')}>
      {job.error && job.state !== 'succeeded' && (
        <p className={styles.error} role="status">
          {job.error.message} <code>{job.error.code}</code>
        </p>
      )}
      {job.progress && <JobProgressBar job={job} />}
      <dl className={styles.facts}>
        <Fact name={t('jobs.state')}>
          <JobStateTag job={job} />
        </Fact>
        <Fact name={t('jobs.attempts')}>{attempts}</Fact>
        <Fact name={t('jobs.queue')}>{job.queue}</Fact>
        <Fact name={t('jobs.id')}>
          <code>{job.id}</code>
        </Fact>
        {job.args.length > 0 && (
          <Fact name={t('jobs.args')}>
            <code>{job.args.join(', ')}</code>
          </Fact>
        )}
        {job.schedule && (
          <Fact name={t('jobs.schedule')}>
            <Link to="/admin/jobs/schedules">{job.schedule}</Link>
          </Fact>
        )}
        <Moment name={t('jobs.created')} at={job.created_at} />
        {job.state === 'waiting' && <Moment name={t('jobs.due')} at={job.due_at} />}
        <Moment name={t('jobs.started')} at={job.started_at} />
        <Moment name={t('jobs.ended')} at={job.ended_at} />
        {job.executor && !isOver(job) && <Fact name={t('jobs.executor')}>{job.executor}</Fact>}
        {job.note && <Fact name={t('jobs.note')}>{job.note}</Fact>}
      </dl>
    </Section>
  )
}

function Moment({ name, at }: { name: string; at: string | null }) {
  return <Fact name={name}>{at ? <Time at={at} withClock /> : '–'}</Fact>
}

function Steps({ job }: { job: JobDetail }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  return (
    <Section bare title={t('jobs.steps')} text={t('jobs.stepsText')}>
      {job.steps.length === 0 ? (
        <p>{t('jobs.noSteps')}</p>
      ) : (
        <DataTable
          label={t('jobs.steps')}
          rows={job.steps}
          rowKey={(step) => step.name}
          columns={[
            { key: 'name', title: t('jobs.step'), kind: 'name', render: ({ name }) => <code>{name}</code> },
            { key: 'ended', title: t('jobs.ended'), render: ({ ended_at }) => <Time at={ended_at} withClock /> },
            {
              key: 'took',
              title: t('jobs.took'),
              kind: 'number',
              render: (step) => format.span((Date.parse(step.ended_at) - Date.parse(step.started_at)) / 1000),
            },
            { key: 'run', title: t('jobs.run'), kind: 'number', render: ({ run }) => run },
          ]}
        />
      )}
    </Section>
  )
}
