import type { TextareaHTMLAttributes } from 'react'
import styles from './TextArea.module.css'

/** Text of several lines. */
export function TextArea(props: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea rows={3} {...props} className={styles.area} />
}
