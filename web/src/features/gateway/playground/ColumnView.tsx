import { CaretRightOutlined, CloseOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '@/api/types'
import { IconButton } from '@/ui/IconButton'
import { Segments } from '@/ui/Segments'
import { Select } from '@/ui/Select'
import { AnswerView } from './AnswerView'
import { CodeView } from './CodeView'
import styles from './Columns.module.css'
import { type Column, continued } from './draft'
import { RawView } from './RawView'
import { requestOf } from './request'
import type { Run } from './run'
import type { Bench } from './usePlayground'

const VIEWS = ['answer', 'raw', 'code'] as const

interface ColumnViewProps {
  bench: Bench
  column: Column
  /** From 0. */
  place: number
  models: Model[]
  isGuest: boolean
  onModel: (name: string) => void
}

/** One model: its answer, what went over the line, and programs that ask the same. */
export function ColumnView({ bench, column, place, models, isGuest, onModel }: ColumnViewProps) {
  const { t } = useTranslation('playground')
  const [view, setView] = useState<(typeof VIEWS)[number]>('answer')
  const run = bench.runs[column.id] ?? null
  const number = place + 1
  const goOn = ({ answer }: Run) => bench.change({ lines: continued(bench.draft.lines, answer.text, answer.calls) })
  return (
    <section className={styles.column} aria-label={t('column', { number, model: column.model })}>
      <Head bench={bench} column={column} number={number} models={models} run={run} onModel={onModel} />
      <Segments
        label={t('viewOf', { number })}
        value={view}
        options={VIEWS.map((value) => ({ value, label: t(`views.${value}`) }))}
        onChange={setView}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <article className={styles.content} tabIndex={0} aria-label={t(`views.${view}`)} data-status={run?.status}>
        {view === 'answer' && <AnswerView run={run} onContinue={goOn} />}
        {view === 'raw' && <RawView run={run} />}
        {view === 'code' && (
          <CodeView
            request={Object.keys(bench.problems).length === 0 ? requestOf(bench.draft, column.model) : null}
            isGuest={isGuest}
          />
        )}
      </article>
    </section>
  )
}

type HeadProps = Pick<ColumnViewProps, 'bench' | 'column' | 'models' | 'onModel'> & { number: number; run: Run | null }

function Head({ bench, column, number, models, run, onModel }: HeadProps) {
  const { t } = useTranslation('playground')
  const options = models.map(({ name, simulated }) => ({
    value: name,
    label: simulated ? t('simulated', { name }) : name,
  }))
  return (
    <div className={styles.head}>
      <Select label={t('modelOf', { number })} value={column.model} options={options} onChange={onModel} />
      {run?.status === 'running' ? (
        <IconButton
          label={t('stopOne', { number })}
          icon={<span className={styles.square} />}
          tip={false}
          onClick={() => bench.stop([column])}
        />
      ) : (
        <IconButton
          label={t(run ? 'again' : 'runOne', { number })}
          icon={<CaretRightOutlined aria-hidden="true" />}
          tip={false}
          disabled={!bench.canRun}
          onClick={() => bench.run([column])}
        />
      )}
      {bench.draft.columns.length > 1 && (
        <IconButton
          label={t('removeColumn', { number })}
          icon={<CloseOutlined aria-hidden="true" />}
          tip={false}
          onClick={() => bench.removeColumn(column.id)}
        />
      )}
    </div>
  )
}
