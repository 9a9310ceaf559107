import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Model } from '@/api/types'
import styles from './Columns.module.css'
import { ColumnView } from './ColumnView'
import type { Bench } from './usePlayground'

interface ColumnsProps {
  bench: Bench
  models: Model[]
  isGuest: boolean
}

/** The answers, side by side; where there is no room they are swiped through. */
export function Columns({ bench, models, isGuest }: ColumnsProps) {
  const { t } = useTranslation('playground')
  const { draft, change, isRunning } = bench
  const place = useRef<HTMLElement>(null)
  useEffect(() => {
    // On a phone the answers stand below the question.
    if (isRunning) place.current?.scrollIntoView({ block: 'start', behavior: 'smooth' })
  }, [isRunning])
  const setModel = (id: string, model: string) =>
    change({ columns: draft.columns.map((column) => (column.id === id ? { id, model } : column)) })
  return (
    <section ref={place} className={styles.columns} aria-label={t('answers')} data-count={draft.columns.length}>
      {draft.columns.map((column, index) => (
        <ColumnView
          key={column.id}
          bench={bench}
          column={column}
          place={index}
          models={models}
          isGuest={isGuest}
          onModel={(model) => setModel(column.id, model)}
        />
      ))}
    </section>
  )
}
