import { CloseOutlined, SearchOutlined } from '@ant-design/icons'
import { type ReactNode, useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './Button'
import styles from './Filters.module.css'
import { Input } from './Input'
import { type Option, Select } from './Select'

const TYPING_MS = 350

interface FiltersProps {
  children: ReactNode
  /** Given while a filter is set. */
  onClear?: (() => void) | undefined
}

/** What a list is narrowed by; each page keeps it in its address. */
export function Filters({ children, onClear }: FiltersProps) {
  const { t } = useTranslation()
  return (
    <search className={styles.filters}>
      {children}
      {onClear && (
        <Button type="text" icon={<CloseOutlined aria-hidden="true" />} onClick={onClear}>
          {t('filters.clear')}
        </Button>
      )}
    </search>
  )
}

interface FilterProps {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}

/** One choice of several; the first option is "all". */
export function SelectFilter({ label, value, onChange, options }: FilterProps & { options: Option[] }) {
  const id = useId()
  const { t } = useTranslation()
  return (
    <div className={styles.filter}>
      <label htmlFor={id}>{label}</label>
      <Select
        id={id}
        value={value ?? ''}
        options={[{ value: '', label: t('filters.all') }, ...options]}
        onChange={(chosen) => onChange(chosen || undefined)}
      />
    </div>
  )
}

/** Words to look for; asked when the typing pauses. */
export function SearchFilter({ label, value, onChange, hint }: FilterProps & { hint?: string }) {
  const id = useId()
  const [typed, setTyped] = useState(value ?? '')
  const [known, setKnown] = useState(value)
  if (known !== value) {
    setKnown(value)
    if ((value ?? '') !== typed.trim()) setTyped(value ?? '')
  }
  useEffect(() => {
    const wanted = typed.trim() || undefined
    if (wanted === value) return
    const timer = setTimeout(() => onChange(wanted), TYPING_MS)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  return (
    <div className={`${styles.filter} ${styles.search}`}>
      <label htmlFor={id}>{label}</label>
      <Input
        id={id}
        allowClear
        value={typed}
        placeholder={hint}
        prefix={<SearchOutlined aria-hidden="true" />}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  )
}

/** A day. */
export function DayFilter({ label, value, onChange }: FilterProps) {
  const id = useId()
  return (
    <div className={styles.filter}>
      <label htmlFor={id}>{label}</label>
      <Input id={id} type="date" value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)} />
    </div>
  )
}
