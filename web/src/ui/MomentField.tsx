import { Button } from './Button'
import { Field } from './Field'
import { useFormat } from './format'
import { Input } from './Input'
import styles from './MomentField.module.css'
import { after, fromLocal, toLocal } from './moments'

const QUICK = [3_600, 86_400, 7 * 86_400, 30 * 86_400]

interface MomentFieldProps {
  label: string
  hint?: string
  value: string | null
  onChange: (at: string | null) => void
}

/** A moment to come: typed, or so long from now. */
export function MomentField({ label, hint, value, onChange }: MomentFieldProps) {
  const format = useFormat()
  return (
    <Field label={label} hint={hint}>
      {(attributes) => (
        <div className={styles.line}>
          <Input
            {...attributes}
            type="datetime-local"
            className={styles.input}
            value={toLocal(value)}
            onChange={(event) => onChange(fromLocal(event.target.value))}
          />
          {QUICK.map((seconds) => (
            <Button key={seconds} size="small" onClick={() => onChange(after(seconds))}>
              {format.span(seconds)}
            </Button>
          ))}
        </div>
      )}
    </Field>
  )
}
