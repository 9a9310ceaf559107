import type { SelectHTMLAttributes } from 'react'
import styles from './Select.module.css'

export interface Option<Value extends string = string> {
  value: Value
  label: string
}

interface SelectProps<Value extends string>
  extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange'> {
  value: Value
  options: Option<Value>[]
  onChange: (value: Value) => void
  /** For a select without a visible label. */
  label?: string
}

/** A choice of one, on the browser's own list. */
export function Select<Value extends string>({ value, options, onChange, label, ...rest }: SelectProps<Value>) {
  return (
    <select
      {...rest}
      aria-label={label}
      className={styles.select}
      value={value}
      onChange={(event) => onChange(event.target.value as Value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}
