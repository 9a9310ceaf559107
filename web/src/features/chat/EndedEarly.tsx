import type { ReactNode } from 'react'
import styles from './EndedEarly.module.css'

interface EndedEarlyProps {
  failed: boolean
  /** What happened; after the first line, in detail. */
  lines: (string | null | undefined)[]
  /** Whether it is read out at once. */
  urgent: boolean
  /** The way on. */
  children: ReactNode
}

/** The box below something that did not come to its end: why, and what can be done. */
export function EndedEarly({ failed, lines, urgent, children }: EndedEarlyProps) {
  const [first, ...more] = lines.filter((line) => typeof line === 'string')
  return (
    <div className={failed ? styles.failed : styles.ended}>
      <div className={styles.words} role={urgent ? 'alert' : undefined}>
        <p>{first}</p>
        {more.map((line) => (
          <p key={line} className={styles.detail}>
            {line}
          </p>
        ))}
      </div>
      {children}
    </div>
  )
}
