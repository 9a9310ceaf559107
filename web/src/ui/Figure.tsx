import type { ReactNode } from 'react'
import styles from './Figure.module.css'

/** Figures side by side: as many in a row as fit, or so many where there is room. */
export function Figures({ inRow, children }: { inRow?: 3 | 4; children: ReactNode }) {
  return (
    <dl className={styles.figures} data-in-row={inRow}>
      {children}
    </dl>
  )
}

interface FigureProps {
  label: string
  value: ReactNode
  /** What the figure is made of, or a way to where it comes from. */
  note?: ReactNode
  tone?: 'plain' | 'good' | 'warn' | 'bad'
}

/** One number that matters, with its name. */
export function Figure({ label, value, note, tone = 'plain' }: FigureProps) {
  return (
    <div className={styles.figure}>
      <dt className={styles.label}>{label}</dt>
      <dd className={`${styles.value} ${styles[tone]}`}>{value}</dd>
      {note && <dd className={styles.note}>{note}</dd>}
    </div>
  )
}
