import styles from './Select.module.css'

interface SelectProps<Value extends string> {
  value: Value
  options: { value: Value; label: string }[]
  onChange: (value: Value) => void
  id?: string
  /** For a select without a visible label. */
  label?: string
  disabled?: boolean
}

/** A choice of one, on the browser's own list. */
export function Select<Value extends string>({ value, options, onChange, id, label, disabled }: SelectProps<Value>) {
  return (
    <select
      id={id}
      aria-label={label}
      className={styles.select}
      value={value}
      disabled={disabled}
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
