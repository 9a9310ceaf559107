import type { ReactNode } from 'react'
import { Logo } from '@/ui/Logo'
import { useTitle } from '@/ui/useTitle'
import styles from './AccountFrame.module.css'

interface AccountFrameProps {
  title: string
  text?: string
  wide?: boolean
  /** Above everything: what the admins tell everybody. */
  notice?: ReactNode
  children: ReactNode
}

/** The quiet page around sign-in, registration and the first run. */
export function AccountFrame({ title, text, wide = false, notice, children }: AccountFrameProps) {
  useTitle(title)
  return (
    <main className={styles.page}>
      {notice}
      <div className={wide ? styles.wide : styles.column}>
        <div className={styles.brand}>
          <Logo size={32} />
          <span>Guildhall</span>
        </div>
        <div className={styles.card}>
          <h1 className={styles.title}>{title}</h1>
          {text && <p className={styles.text}>{text}</p>}
          {children}
        </div>
      </div>
    </main>
  )
}
