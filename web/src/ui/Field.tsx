import { type ReactNode, useId } from 'react'
import styles from './Field.module.css'

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string | null | undefined
  /** Beside the label: a mark that the field is set, say. */
  mark?: ReactNode
  children: (attributes: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ReactNode
}

/** A control with its label above and its hint, or what is wrong with it, below. */
export function Field({ label, hint, error, mark, children }: FieldProps) {
  const id = useId()
  const note = `${id}-note`
  return (
    <div className={styles.field}>
      <div className={styles.head}>
        <label htmlFor={id}>{label}</label>
        {mark}
      </div>
      {children({ id, 'aria-describedby': note, 'aria-invalid': Boolean(error) })}
      <div id={note} className={styles.note}>
        {error && <p className={styles.error}>{error}</p>}
        {hint && <p className={styles.hint}>{hint}</p>}
      </div>
    </div>
  )
}
