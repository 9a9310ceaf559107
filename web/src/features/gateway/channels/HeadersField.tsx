import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Input, PasswordInput } from '@/ui/Input'
import styles from './HeadersField.module.css'
import type { FieldWords } from './useFieldWords'
import type { HeaderRow } from './wanted'

let rowsAdded = 0

interface HeadersFieldProps {
  rows: HeaderRow[]
  wrong: FieldWords
  onChange: (rows: HeaderRow[]) => void
}

/** Headers of every request to the provider. What is stored is never shown; left empty it stays. */
export function HeadersField({ rows, wrong, onChange }: HeadersFieldProps) {
  const { t } = useTranslation('gateway')
  const list = useRef<HTMLUListElement>(null)
  const add = () => {
    rowsAdded += 1
    onChange([...rows, { id: `new-${rowsAdded}`, name: '', value: '', stored: false }])
    requestAnimationFrame(() => list.current?.lastElementChild?.querySelector('input')?.focus())
  }
  const inGeneral = wrong('headers')
  return (
    <>
      <ul ref={list} className={styles.rows} hidden={rows.length === 0}>
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            error={wrong(`headers.${row.id}`)}
            onChange={(part) => onChange(rows.map((one) => (one === row ? { ...one, ...part } : one)))}
            onRemove={() => onChange(rows.filter((one) => one !== row))}
          />
        ))}
      </ul>
      {inGeneral && <p className={styles.error}>{inGeneral}</p>}
      <Button className={styles.add} icon={<PlusOutlined aria-hidden="true" />} onClick={add}>
        {t('headers.add')}
      </Button>
    </>
  )
}

interface RowProps {
  row: HeaderRow
  error: string | null
  onChange: (part: Partial<HeaderRow>) => void
  onRemove: () => void
}

function Row({ row, error, onChange, onRemove }: RowProps) {
  const { t } = useTranslation('gateway')
  const name = row.name.trim()
  const note = `header-${row.id}-note`
  const state = { 'aria-invalid': Boolean(error), 'aria-describedby': note }
  return (
    <li className={styles.row}>
      {row.stored ? (
        <code className={styles.name} translate="no">
          {row.name}
        </code>
      ) : (
        <Input
          {...state}
          status={error ? 'error' : ''}
          aria-label={t('headers.name')}
          placeholder={t('headers.namePlaceholder')}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          value={row.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      )}
      <PasswordInput
        {...state}
        status={error ? 'error' : ''}
        aria-label={name ? t('headers.valueOf', { name }) : t('headers.value')}
        placeholder={t(row.stored ? 'headers.kept' : 'headers.value')}
        autoComplete="off"
        value={row.value}
        onChange={(event) => onChange({ value: event.target.value })}
      />
      <IconButton
        label={name ? t('headers.removeOf', { name }) : t('headers.remove')}
        icon={<DeleteOutlined aria-hidden="true" />}
        onClick={onRemove}
      />
      <p id={note} className={styles.error}>
        {error}
      </p>
    </li>
  )
}
