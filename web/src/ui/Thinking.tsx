import { BulbOutlined, RightOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { Markdown } from './markdown/Markdown'
import styles from './Thinking.module.css'

interface ThinkingProps {
  /** How long it took, or that it goes on. */
  label: string
  text: string
  going: boolean
}

/** A model's thinking, folded; it can be opened while it is still going on. */
export function Thinking({ label, text, going }: ThinkingProps) {
  const [open, setOpen] = useState(false)
  return (
    <details className={styles.thinking} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>
        <BulbOutlined aria-hidden="true" />
        <span className={going ? styles.going : undefined}>{label}</span>
        <RightOutlined className={styles.arrow} aria-hidden="true" />
      </summary>
      {open && (
        <div className={styles.text}>
          <Markdown text={text} streaming={going} />
        </div>
      )}
    </details>
  )
}
