import { type ReactNode, useId } from 'react'
import styles from './Section.module.css'

interface SectionProps {
  title: string
  text?: ReactNode
  actions?: ReactNode
  /** What cannot be undone stands apart. */
  danger?: boolean
  children?: ReactNode
}

/** One subject of a page, in a frame of its own. */
export function Section({ title, text, actions, danger = false, children }: SectionProps) {
  const id = useId()
  return (
    <section className={danger ? `${styles.section} ${styles.danger}` : styles.section} aria-labelledby={id}>
      <header className={styles.header}>
        <div className={styles.words}>
          <h2 id={id} className={styles.title}>
            {title}
          </h2>
          {text && <p className={styles.text}>{text}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children && <div className={styles.content}>{children}</div>}
    </section>
  )
}
