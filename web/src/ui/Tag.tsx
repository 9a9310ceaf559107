import type { ReactNode } from 'react'
import styles from './Tag.module.css'

/** A short mark on a thing: simulated, off, private. */
export function Tag({
  tone = 'plain',
  children,
}: {
  tone?: 'plain' | 'warn' | 'good' | 'bad' | 'accent'
  children: ReactNode
}) {
  return <span className={`${styles.tag} ${styles[tone]}`}>{children}</span>
}
