import { Switch } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Input, PasswordInput } from '@/ui/Input'
import { Select } from '@/ui/Select'
import { Tag } from '@/ui/Tag'
import { TextArea } from '@/ui/TextArea'
import styles from './DocumentEditor.module.css'
import { type FormField, type Problem, typed } from './fields'
import { useDocumentWords } from './words'

interface DocumentControlProps {
  document: string
  field: FormField
  value: string | boolean
  initial: unknown
  problem: Problem | undefined
  said: string | undefined
  onChange: (value: string | boolean) => void
}

/** One field of a document, as the control its kind asks for. */
export function DocumentControl(props: DocumentControlProps) {
  const { document, field, value, problem, said, onChange } = props
  const { t } = useTranslation('admin')
  const words = useDocumentWords()
  const label = words.label(document, field)
  if (typeof value === 'boolean') {
    return <SwitchRow label={label} hint={words.hint(document, field)} checked={value} onChange={onChange} />
  }
  const error = problem ? t(`configuration.problem.${problem.key}`, { limit: problem.limit ?? 0 }) : said
  return (
    <Field label={label} hint={<Hint {...props} />} error={error}>
      {(attributes) => {
        if (field.kind === 'choice') {
          const options = field.options.map((option) => ({ value: option, label: words.option(option) }))
          return <Select {...attributes} value={value} options={options} onChange={onChange} />
        }
        if (field.kind === 'text' || field.kind === 'list' || field.kind === 'json') {
          return <TextArea {...attributes} value={value} onChange={(event) => onChange(event.target.value)} />
        }
        return (
          <Input
            {...attributes}
            className={field.kind === 'line' ? '' : styles.short}
            type={field.kind === 'moment' ? 'datetime-local' : 'text'}
            inputMode={field.kind === 'integer' ? 'numeric' : undefined}
            status={error ? 'error' : ''}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }}
    </Field>
  )
}

/** What the field is for, and its default where it is another value. */
function Hint({ document, field, value, initial }: DocumentControlProps) {
  const { t } = useTranslation('admin')
  const words = useDocumentWords()
  const standard = typed(field, initial)
  const shown = field.kind === 'choice' ? words.option(String(standard)) : String(standard)
  return (
    <>
      {words.hint(document, field)}{' '}
      {standard !== '' && standard !== value && (
        <span className={styles.default}>{t('configuration.default', { value: shown })}</span>
      )}
    </>
  )
}

interface SwitchRowProps {
  label: string
  hint: string
  checked: boolean
  onChange: (checked: boolean) => void
}

function SwitchRow({ label, hint, checked, onChange }: SwitchRowProps) {
  const id = useId()
  return (
    <div className={styles.switch}>
      <Switch id={id} checked={checked} onChange={onChange} aria-describedby={`${id}-hint`} />
      <div>
        <label htmlFor={id}>{label}</label>
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      </div>
    </div>
  )
}

interface SecretControlProps {
  document: string
  field: FormField
  isSet: boolean
  value: string
  removed: boolean
  onChange: (value: string) => void
  onRemove: (away: boolean) => void
}

/** A secret can be set and taken away, never read. */
export function SecretControl({ document, field, isSet, value, removed, onChange, onRemove }: SecretControlProps) {
  const { t } = useTranslation('admin')
  const words = useDocumentWords()
  const mark =
    isSet && !removed ? (
      <Tag tone="good">{t('configuration.secretSet')}</Tag>
    ) : (
      <Tag>{t('configuration.secretNotSet')}</Tag>
    )
  const hint = t(isSet ? 'configuration.secretKept' : 'configuration.secretHint')
  return (
    <Field label={words.label(document, field)} hint={`${words.hint(document, field)} ${hint}`} mark={mark}>
      {(attributes) => (
        <div className={styles.secret}>
          <PasswordInput
            {...attributes}
            autoComplete="new-password"
            disabled={removed}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          {isSet && (
            <Button onClick={() => onRemove(!removed)}>
              {t(removed ? 'configuration.secretKeep' : 'configuration.secretRemove')}
            </Button>
          )}
        </div>
      )}
    </Field>
  )
}
