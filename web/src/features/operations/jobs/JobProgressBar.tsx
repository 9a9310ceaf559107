import { useTranslation } from 'react-i18next'
import type { Job } from '@/api/types'
import { useFormat } from '@/ui/format'
import { Progress } from '@/ui/Progress'
import styles from './Jobs.module.css'

/** How far a job has come, in its own words. */
export function JobProgressBar({ job: { progress, name } }: { job: Job }) {
  const { t } = useTranslation('admin')
  const format = useFormat()
  if (!progress) return null
  const { done, total, text } = progress
  const share = total ? done / total : null
  const counted = total
    ? t('jobs.doneOf', { done: format.count(done), total: format.count(total) })
    : t('jobs.done', { done: format.count(done) })
  return (
    <span className={styles.progress}>
      <Progress label={t('jobs.progressOf', { name })} share={share} />
      <span className={styles.soft}>{text ? `${counted} · ${text}` : counted}</span>
    </span>
  )
}
