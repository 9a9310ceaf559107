import { useTranslation } from 'react-i18next'
import type { Process } from '@/api/types'
import { type Column, DataTable } from '@/ui/DataTable'
import { useFormat } from '@/ui/format'
import { Tag } from '@/ui/Tag'
import { Ago } from '@/ui/Time'
import { IsolationTag } from './Isolation'
import styles from './System.module.css'

/** Servers and workers, each as it last described itself. */
export function ProcessTable({ processes, version }: { processes: Process[]; version: string }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  const known = (value: number | null | undefined, show: (value: number) => string) =>
    value === null || value === undefined ? '–' : show(value)
  const columns: Column<Process>[] = [
    { key: 'name', title: t('system.process'), kind: 'name', render: (process) => <Name process={process} /> },
    { key: 'state', title: t('system.state'), render: (process) => <State process={process} version={version} /> },
    { key: 'started', title: t('system.started'), render: ({ started_at }) => <Ago at={started_at} /> },
    {
      key: 'lag',
      title: t('system.lag'),
      kind: 'number',
      render: ({ figures }) => known(figures.loop_lag_seconds, format.span),
    },
    {
      key: 'memory',
      title: t('system.memory'),
      kind: 'number',
      render: ({ figures }) => known(figures.memory_bytes, format.bytes),
    },
    {
      key: 'sockets',
      title: t('system.sockets'),
      kind: 'number',
      render: ({ figures }) => known(figures.sockets, format.count),
    },
    {
      key: 'calls',
      title: t('system.calls'),
      kind: 'number',
      render: ({ figures }) => known(figures.calls_active, format.count),
    },
    { key: 'commands', title: t('system.commands'), render: (process) => <Commands process={process} /> },
  ]
  return <DataTable label={t('system.processes')} columns={columns} rows={processes} rowKey={({ id }) => id} />
}

function Name({ process }: { process: Process }) {
  const { t } = useTranslation('admin')
  const works = process.role === 'server' && process.runs_jobs ? t('system.withJobs') : ''
  return (
    <span className={styles.stack}>
      <span>
        {t(`system.roles.${process.role}`)}
        {works}
      </span>
      <span className={styles.soft}>
        {process.host} · {process.version}
      </span>
    </span>
  )
}

/** How agents' commands run there; only processes that run jobs run any. */
function Commands({ process: { runs_jobs, figures } }: { process: Process }) {
  return runs_jobs && figures.isolation ? <IsolationTag level={figures.isolation} /> : '–'
}

function State({ process, version }: { process: Process; version: string }) {
  const { t } = useTranslation('admin')
  return (
    <span className={styles.tags}>
      {process.silent ? <Tag tone="bad">{t('system.silent')}</Tag> : <Tag tone="good">{t('system.up')}</Tag>}
      {process.leads && <Tag tone="accent">{t('system.leads')}</Tag>}
      {process.version !== version && <Tag tone="warn">{t('system.otherVersion')}</Tag>}
    </span>
  )
}
