import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { TextArea } from '@/ui/TextArea'
import styles from './Request.module.css'

interface JsonFieldProps {
  label: string
  hint?: string
  value: string
  error: string | null
  example?: string
  onChange: (text: string) => void
}

/** JSON, with the line where it goes wrong. */
export function JsonField({ label, hint, value, error, example, onChange }: JsonFieldProps) {
  const { t } = useTranslation('playground')
  const isOfferable = example !== undefined && value.trim() === ''
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      mark={
        isOfferable && (
          <Button type="link" size="small" onClick={() => onChange(example)}>
            {t('example')}
          </Button>
        )
      }
    >
      {(attributes) => (
        <div className={styles.json}>
          <TextArea
            {...attributes}
            rows={Math.min(16, Math.max(4, value.split('\n').length))}
            spellCheck={false}
            autoComplete="off"
            translate="no"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        </div>
      )}
    </Field>
  )
}
