import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { McpServer } from '@/api/types'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Input, PasswordInput } from '@/ui/Input'
import styles from './Servers.module.css'
import type { SecretRow } from './wanted'

interface SecretsFieldProps {
  kind: McpServer['kind']
  rows: SecretRow[]
  onChange: (rows: SecretRow[]) => void
}

let rowsAdded = 0

/** Headers, or variables of a program. What is stored is never shown whole; left empty it stays. */
export function SecretsField({ kind, rows, onChange }: SecretsFieldProps) {
  const { t } = useTranslation('mcp')
  const list = useRef<HTMLUListElement>(null)
  const add = () => {
    rowsAdded += 1
    onChange([...rows, { id: `new-${rowsAdded}`, name: '', value: '', stored: null }])
    requestAnimationFrame(() => list.current?.lastElementChild?.querySelector('input')?.focus())
  }
  return (
    <fieldset className={styles.secrets}>
      <legend>{t(`secrets.${kind}`)}</legend>
      <p className={styles.soft}>{t(`secrets.${kind}Hint`)}</p>
      <ul ref={list} className={styles.rows} hidden={rows.length === 0}>
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            onChange={(part) => onChange(rows.map((one) => (one === row ? { ...one, ...part } : one)))}
            onRemove={() => onChange(rows.filter((one) => one !== row))}
          />
        ))}
      </ul>
      <Button icon={<PlusOutlined aria-hidden="true" />} onClick={add}>
        {t(`secrets.${kind}Add`)}
      </Button>
    </fieldset>
  )
}

interface RowProps {
  row: SecretRow
  onChange: (part: Partial<SecretRow>) => void
  onRemove: () => void
}

function Row({ row, onChange, onRemove }: RowProps) {
  const { t } = useTranslation('mcp')
  const name = row.name.trim()
  return (
    <li className={styles.row}>
      {row.stored === null ? (
        <Input
          required
          aria-label={t('secrets.name')}
          placeholder={t('secrets.name')}
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          value={row.name}
          onChange={(event) => onChange({ name: event.target.value })}
        />
      ) : (
        <code className={styles.where} translate="no">
          {row.name}
        </code>
      )}
      <PasswordInput
        required={row.stored === null}
        aria-label={name ? t('secrets.valueOf', { name }) : t('secrets.value')}
        placeholder={row.stored === null ? t('secrets.value') : t('secrets.kept', { last: row.stored })}
        autoComplete="new-password"
        maxLength={4000}
        value={row.value}
        onChange={(event) => onChange({ value: event.target.value })}
      />
      <IconButton
        label={name ? t('secrets.removeOf', { name }) : t('secrets.remove')}
        icon={<DeleteOutlined aria-hidden="true" />}
        onClick={onRemove}
      />
    </li>
  )
}
