import { useTranslation } from 'react-i18next'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Select } from '@/ui/Select'
import { TextArea } from '@/ui/TextArea'
import styles from './Manner.module.css'
import { EFFORTS, type Effort, type TypedField, type TypedParameters } from './parameters'

interface ParameterFieldsProps {
  typed: TypedParameters
  wrong: TypedField[]
  onChange: (part: Partial<TypedParameters>) => void
}

/** How the model is asked to answer; an empty field leaves it to the provider. */
export function ParameterFields({ typed, wrong, onChange }: ParameterFieldsProps) {
  const { t } = useTranslation('manner')
  const number = (name: 'temperature' | 'topP' | 'tokens', mode: 'decimal' | 'numeric') => (
    <Field label={t(`field.${name}`)} hint={t(`hint.${name}`)} error={wrong.includes(name) ? t(`wrong.${name}`) : null}>
      {(attributes) => (
        <Input
          {...attributes}
          inputMode={mode}
          autoComplete="off"
          value={typed[name]}
          placeholder={t('unset')}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <fieldset className={styles.fields}>
      <legend className={styles.legend}>{t('parameters')}</legend>
      <p className={styles.note}>{t('parametersText')}</p>
      <div className={styles.grid}>
        {number('temperature', 'decimal')}
        {number('topP', 'decimal')}
        {number('tokens', 'numeric')}
        <Field label={t('field.effort')} hint={t('hint.effort')}>
          {(attributes) => (
            <Select<Effort | ''>
              {...attributes}
              value={typed.effort}
              options={[
                { value: '', label: t('unset') },
                ...EFFORTS.map((effort) => ({ value: effort, label: t(`effort.${effort}`) })),
              ]}
              onChange={(effort) => onChange({ effort })}
            />
          )}
        </Field>
      </div>
      <Field label={t('field.stop')} hint={t('hint.stop')} error={wrong.includes('stop') ? t('wrong.stop') : null}>
        {(attributes) => (
          <TextArea
            {...attributes}
            rows={2}
            spellCheck={false}
            value={typed.stop}
            onChange={(event) => onChange({ stop: event.target.value })}
          />
        )}
      </Field>
    </fieldset>
  )
}
