import { EditOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Schedule } from '@/api/types'
import { Button } from '@/ui/Button'
import { type Column, DataTable } from '@/ui/DataTable'
import { useErrorText } from '@/ui/errorText'
import { IconButton } from '@/ui/IconButton'
import { Ago } from '@/ui/Time'
import { toast } from '@/ui/toast'
import styles from './Jobs.module.css'
import { changeSchedule, runSchedule } from './queries'
import { useJobName } from './words'

interface ScheduleTableProps {
  schedules: Schedule[]
  onEdit: (schedule: Schedule) => void
}

export function ScheduleTable({ schedules, onEdit }: ScheduleTableProps) {
  const { t } = useTranslation('admin')
  const jobName = useJobName()
  const columns: Column<Schedule>[] = [
    { key: 'name', title: t('jobs.schedule'), kind: 'name', render: ({ name }) => jobName(name) },
    {
      key: 'cron',
      title: t('jobs.times'),
      render: ({ cron, time_zone }) => (
        <span className={styles.stack}>
          <code>{cron}</code>
          <span className={styles.soft}>{time_zone}</span>
        </span>
      ),
    },
    {
      key: 'next',
      title: t('jobs.next'),
      render: ({ enabled, next_at }) => (enabled && next_at ? <Ago at={next_at} /> : t('jobs.notPlanned')),
    },
    { key: 'last', title: t('jobs.last'), render: (schedule) => <LastRun schedule={schedule} /> },
    {
      key: 'actions',
      title: t('actions'),
      kind: 'actions',
      render: (schedule) => (
        <span className={styles.actions}>
          <RunNow schedule={schedule} name={jobName(schedule.name)} />
          <EnabledSwitch schedule={schedule} name={jobName(schedule.name)} />
          <IconButton
            label={t('jobs.editSchedule', { name: jobName(schedule.name) })}
            icon={<EditOutlined aria-hidden="true" />}
            tip={false}
            onClick={() => onEdit(schedule)}
          />
        </span>
      ),
    },
  ]
  return <DataTable label={t('jobs.schedules')} columns={columns} rows={schedules} rowKey={({ name }) => name} />
}

function LastRun({ schedule: { last_at, last_job } }: { schedule: Schedule }) {
  const { t } = useTranslation('admin')
  if (!last_at) return t('jobs.neverRun')
  if (!last_job) return <Ago at={last_at} />
  return (
    <span className={styles.stack}>
      <Ago at={last_at} />
      <Link to="/admin/jobs/$jobId" params={{ jobId: last_job.id }}>
        {t(`jobs.states.${last_job.state}`)}
      </Link>
    </span>
  )
}

function RunNow({ schedule, name }: { schedule: Schedule; name: string }) {
  const { t } = useTranslation('admin')
  const errors = useErrorText()
  const navigate = useNavigate()
  const run = useMutation({
    mutationFn: () => runSchedule(schedule.name),
    onSuccess: (jobId) =>
      toast(t('jobs.startedNow', { name }), {
        label: t('jobs.seeJob'),
        onPick: () => void navigate({ to: '/admin/jobs/$jobId', params: { jobId } }),
      }),
    onError: (thrown) => toast(errors(thrown)),
  })
  return (
    <Button size="small" loading={run.isPending} aria-label={t('jobs.runOf', { name })} onClick={() => run.mutate()}>
      {t('jobs.runNow')}
    </Button>
  )
}

function EnabledSwitch({ schedule, name }: { schedule: Schedule; name: string }) {
  const { t } = useTranslation('admin')
  const errors = useErrorText()
  const turn = useMutation({
    mutationFn: (enabled: boolean) => changeSchedule(schedule.name, { enabled }),
    onError: (thrown) => toast(errors(thrown)),
  })
  return (
    <Switch
      checked={turn.isPending ? turn.variables : schedule.enabled}
      loading={turn.isPending}
      aria-label={t('enabledOf', { name })}
      onChange={(enabled) => turn.mutate(enabled)}
    />
  )
}
