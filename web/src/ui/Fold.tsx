import { RightOutlined } from '@ant-design/icons'
import { type ReactNode, useId } from 'react'
import styles from './Fold.module.css'

interface FoldProps {
  title: string
  /** What is set inside, for when it is folded. */
  digest: string
  /** Something inside is wrong. */
  wrong: boolean
  open: boolean
  onToggle: () => void
  children: ReactNode
}

/** A part of a form that stays folded until somebody wants it. */
export function Fold({ title, digest, wrong, open, onToggle, children }: FoldProps) {
  const id = useId()
  return (
    <section className={styles.fold}>
      <h2>
        <button type="button" className={styles.head} aria-expanded={open} aria-controls={id} onClick={onToggle}>
          <RightOutlined className={styles.arrow} aria-hidden="true" />
          <span className={styles.title}>{title}</span>
          <span className={wrong ? styles.wrong : styles.digest}>{digest}</span>
        </button>
      </h2>
      <div id={id} className={open ? styles.content : styles.folded}>
        {open && children}
      </div>
    </section>
  )
}
