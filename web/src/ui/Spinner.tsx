import styles from './Spinner.module.css'

/** Turns while something is fetched or done; what it is about is said beside it. */
export function Spinner({ className }: { className?: string | undefined }) {
  return <span className={className ? `${styles.spinner} ${className}` : styles.spinner} aria-hidden="true" />
}
