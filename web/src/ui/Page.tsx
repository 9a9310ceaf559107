import type { ReactNode } from 'react'
import styles from './Page.module.css'
import { useTitle } from './useTitle'

interface PageProps {
  title: string
  text?: string
  actions?: ReactNode
  /** Room for tables with many columns. */
  wide?: boolean
  /** Nothing on it takes the focus: the page itself does, so that it can be scrolled by keyboard. */
  still?: boolean
  children: ReactNode
}

/** The frame of an ordinary page: title, one sentence, actions, content. */
export function Page({ title, text, actions, wide = false, still = false, children }: PageProps) {
  useTitle(title)
  return (
    <div className={styles.scroll} {...(still && { tabIndex: 0, role: 'region', 'aria-label': title })}>
      <div className={wide ? styles.wide : styles.page}>
        <header className={styles.header}>
          <div className={styles.words}>
            <h1 className={styles.title}>{title}</h1>
            {text && <p className={styles.text}>{text}</p>}
          </div>
          {actions}
        </header>
        {children}
      </div>
    </div>
  )
}
