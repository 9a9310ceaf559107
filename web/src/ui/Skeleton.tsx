import styles from './Skeleton.module.css'

interface SkeletonProps {
  /** Lines of text that are waited for, below a title. */
  rows?: number
  title?: boolean
  className?: string | undefined
}

/** The shape of what is on its way. */
export function Skeleton({ rows = 3, title = true, className }: SkeletonProps) {
  const lines = Array.from({ length: rows }, (_, at) => at)
  return (
    <div className={className ? `${styles.skeleton} ${className}` : styles.skeleton} data-skeleton aria-hidden="true">
      {title && <span className={styles.title} />}
      {lines.map((line) => (
        <span key={line} className={styles.line} />
      ))}
    </div>
  )
}
