import { type ReactNode, useId } from 'react'
import styles from './Section.module.css'

interface SectionProps {
  title: string
  text?: ReactNode
  actions?: ReactNode
  /** What cannot be undone stands apart. */
  danger?: boolean
  /** Without a frame: what is inside brings its own. */
  bare?: boolean
  children?: ReactNode
}

/** One subject of a page, in a frame of its own. */
export function Section({ title, text, actions, danger = false, bare = false, children }: SectionProps) {
  const id = useId()
  return (
    <section className={`${bare ? styles.bare : styles.section} ${danger ? styles.danger : ''}`} aria-labelledby={id}>
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
