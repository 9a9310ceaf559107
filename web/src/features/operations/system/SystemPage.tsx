import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { SystemState } from '@/api/types'
import { DataTable } from '@/ui/DataTable'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Figure, Figures } from '@/ui/Figure'
import { useFormat } from '@/ui/format'
import { Page } from '@/ui/Page'
import { Progress } from '@/ui/Progress'
import { Section } from '@/ui/Section'
import { Skeleton } from '@/ui/Skeleton'
import { IsolationNotes } from './Isolation'
import { ProcessTable } from './ProcessTable'
import { systemQuery } from './queries'
import styles from './System.module.css'

const DISK_FULL = 0.9
const DISK_FILLING = 0.75

/** What stands here, and how it is. */
export function SystemPage() {
  const { t } = useTranslation('admin')
  const system = useQuery(systemQuery)
  return (
    <Page wide still title={t('system.title')} text={t('system.text')}>
      {system.isPending && <Skeleton />}
      {system.isError && <ErrorNotice error={system.error} onRetry={() => void system.refetch()} />}
      {system.data && (
        <>
          <SystemFigures system={system.data} />
          <Section bare title={t('system.processes')} text={t('system.processesText')}>
            <ProcessTable processes={system.data.replicas} version={system.data.versions.product} />
          </Section>
          <IsolationNotes processes={system.data.replicas} />
          <Disk disk={system.data.disk} />
          <Queues queues={system.data.queues} />
          <Versions system={system.data} />
        </>
      )}
    </Page>
  )
}

function SystemFigures({ system: { mode, database, redis, versions } }: { system: SystemState }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  const schemaFits = database.schema_found === database.schema_expected
  return (
    <Figures>
      <Figure label={t('system.version')} value={versions.product} note={t(`system.modes.${mode}`)} />
      <Figure
        label={t('system.database')}
        value={format.bytes(database.bytes)}
        note={`${t(`system.databases.${database.kind}`)} ${database.version}`}
      />
      <Figure
        label={t('system.schema')}
        value={t(schemaFits ? 'system.schemaFits' : 'system.schemaDiffers')}
        tone={schemaFits ? 'good' : 'bad'}
        note={database.schema_found ?? '–'}
      />
      <Figure
        label={t('system.redis')}
        value={t(`system.redisStates.${redis.state}`)}
        tone={redis.state === 'failed' ? 'bad' : 'plain'}
        note={redis.state === 'unused' ? t('system.redisUnused') : null}
      />
    </Figures>
  )
}

function Disk({ disk }: { disk: SystemState['disk'] }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  const used = disk.total_bytes > 0 ? disk.used_bytes / disk.total_bytes : 0
  const tone = used >= DISK_FULL ? 'bad' : used >= DISK_FILLING ? 'warn' : 'plain'
  return (
    <Section title={t('system.disk')} text={t('system.diskText')}>
      <Progress label={t('system.disk')} share={used} tone={tone} />
      <p className={styles.soft}>
        {t('system.diskNote', {
          share: format.percent(used),
          used: format.bytes(disk.used_bytes),
          total: format.bytes(disk.total_bytes),
          free: format.bytes(disk.free_bytes),
        })}
      </p>
    </Section>
  )
}

function Queues({ queues }: { queues: SystemState['queues'] }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  const number = (key: 'queued' | 'running' | 'waiting' | 'failed') => ({
    key,
    title: t(`jobs.states.${key}`),
    kind: 'number' as const,
    render: (queue: SystemState['queues'][number]) => format.count(queue[key]),
  })
  return (
    <Section bare title={t('system.queues')} text={t('system.queuesText')}>
      {queues.length === 0 ? (
        <p className={styles.soft}>{t('system.noQueues')}</p>
      ) : (
        <DataTable
          label={t('system.queues')}
          rows={queues}
          rowKey={({ name }) => name}
          columns={[
            { key: 'name', title: t('jobs.queue'), kind: 'name', render: ({ name }) => name },
            number('queued'),
            number('running'),
            number('waiting'),
            number('failed'),
            {
              key: 'oldest',
              title: t('system.oldest'),
              kind: 'number',
              render: ({ oldest_seconds }) => (oldest_seconds ? format.span(oldest_seconds) : '–'),
            },
          ]}
        />
      )}
    </Section>
  )
}

function Versions({ system: { versions, database } }: { system: SystemState }) {
  const { t } = useTranslation('admin')
  const facts = [
    ['Guildhall', versions.product],
    ['Python', versions.python],
    [t(`system.databases.${database.kind}`), database.version],
    [t('system.jobEngine'), versions.job_engine],
    [t('system.platform'), versions.platform],
  ]
  return (
    <Section title={t('system.versions')}>
      <dl className={styles.facts}>
        {facts.map(([name, version]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{version}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
