import styles from './Progress.module.css'

interface ProgressProps {
  label: string
  /** Between 0 and 1; null while nobody knows how far it is. */
  share: number | null
  tone?: 'plain' | 'warn' | 'bad'
}

/** How far something has come, as a bar. */
export function Progress({ label, share, tone = 'plain' }: ProgressProps) {
  const percent = share === null ? undefined : Math.round(Math.min(1, Math.max(0, share)) * 100)
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div
        className={`${styles.bar} ${styles[tone]} ${percent === undefined ? styles.unknown : ''}`}
        style={percent === undefined ? undefined : { width: `${percent}%` }}
      />
    </div>
  )
}
