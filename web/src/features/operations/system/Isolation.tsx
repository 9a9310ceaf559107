import { useTranslation } from 'react-i18next'
import type { Process } from '@/api/types'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import styles from './System.module.css'

type Level = NonNullable<Process['figures']['isolation']>

const TONES = { isolated: 'good', limited: 'warn', refused: 'bad' } as const

/** How well agents' commands are kept apart. */
export function IsolationTag({ level }: { level: Level }) {
  const { t } = useTranslation('admin')
  return <Tag tone={TONES[level]}>{t(`system.isolation.${level}`)}</Tag>
}

/** Why commands are not kept apart, for each process where they are not; nothing where all is well. */
export function IsolationNotes({ processes }: { processes: Process[] }) {
  const { t } = useTranslation('admin')
  const open = processes.filter(
    ({ runs_jobs, silent, figures }) => runs_jobs && !silent && figures.isolation && figures.isolation !== 'isolated',
  )
  if (open.length === 0) return null
  return (
    <Section title={t('system.isolationTitle')} text={t('system.isolationText')}>
      <dl className={styles.notes}>
        {open.map(({ id, host, figures }) => (
          <div key={id}>
            <dt className={styles.tags}>
              {host}
              {figures.isolation && <IsolationTag level={figures.isolation} />}
            </dt>
            <dd className={styles.soft}>{figures.isolation_words}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
