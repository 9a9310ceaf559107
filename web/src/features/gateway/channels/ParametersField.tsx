import { useTranslation } from 'react-i18next'
import { Field } from '@/ui/Field'
import { TextArea } from '@/ui/TextArea'
import styles from './ParametersField.module.css'

const EXAMPLE = '{\n  "temperature": 0.2,\n  "logit_bias": null\n}'

interface ParametersFieldProps {
  value: string
  error: string | null
  onChange: (text: string) => void
}

/** Fields for every request's body, as JSON. */
export function ParametersField({ value, error, onChange }: ParametersFieldProps) {
  const { t } = useTranslation('gateway')
  return (
    <Field label={t('parameters.label')} hint={t('parameters.hint')} error={error}>
      {(attributes) => (
        <div className={styles.code}>
          <TextArea
            {...attributes}
            rows={Math.min(14, Math.max(5, value.split('\n').length))}
            spellCheck={false}
            autoComplete="off"
            translate="no"
            placeholder={EXAMPLE}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        </div>
      )}
    </Field>
  )
}
