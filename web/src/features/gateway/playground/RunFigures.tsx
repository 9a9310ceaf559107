import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '@/ui/CopyButton'
import { useFormat } from '@/ui/format'
import styles from './Columns.module.css'
import { figuresOf, type Run } from './run'

/** What a run is compared by; what is not known is not shown. */
export function RunFigures({ run }: { run: Run }) {
  const { t } = useTranslation('playground')
  const { count, span } = useFormat()
  const figures = figuresOf(run)
  const { input, output, tokensPerSecond, attempts, requestId } = figures
  const { usage } = run.answer
  if (!run.response && run.status !== 'stopped') return null
  return (
    <dl className={styles.figures}>
      {figures.firstSeconds !== null && <Entry name={t('figures.first')}>{span(figures.firstSeconds)}</Entry>}
      {figures.totalSeconds !== null && <Entry name={t('figures.total')}>{span(figures.totalSeconds)}</Entry>}
      {input !== null && (
        <Entry name={t('figures.input')} note={usage?.cached ? t('figures.cached', { count: usage.cached }) : null}>
          {count(input)}
        </Entry>
      )}
      {output !== null && (
        <Entry
          name={t('figures.output')}
          note={usage?.thinking ? t('figures.thinking', { count: usage.thinking }) : null}
        >
          {count(output)}
        </Entry>
      )}
      {tokensPerSecond !== null && <Entry name={t('figures.pace')}>{count(tokensPerSecond)}</Entry>}
      {attempts !== null && <Entry name={t('figures.attempts')}>{count(attempts)}</Entry>}
      {figures.overheadSeconds !== null && (
        <Entry name={t('figures.overhead')}>{t('figures.ms', { value: figures.overheadSeconds * 1000 })}</Entry>
      )}
      {run.answer.finish && (
        <Entry name={t('figures.finish')}>
          <code translate="no">{run.answer.finish}</code>
        </Entry>
      )}
      {requestId && (
        <div className={styles.requestId}>
          <dt>{t('figures.requestId')}</dt>
          <dd>
            <code translate="no">{requestId}</code>
            <CopyButton text={requestId} label={t('figures.copyId')} />
          </dd>
        </div>
      )}
    </dl>
  )
}

function Entry({ name, note, children }: { name: string; note?: string | null; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        {note && <span className={styles.note}> {note}</span>}
      </dd>
    </div>
  )
}
