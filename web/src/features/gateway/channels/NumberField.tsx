import { useTranslation } from 'react-i18next'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { LIMITS, type NumberName, PATIENCES, rangeOf } from './numbers'

interface NumberFieldProps {
  name: NumberName
  value: string
  error: string | null
  onChange: (text: string) => void
}

/** One number of a channel; what holds when it is left empty stands in its place. */
export function NumberField({ name, value, error, onChange }: NumberFieldProps) {
  const { t } = useTranslation('gateway')
  const { usual } = rangeOf(name)
  return (
    <Field label={t(`numbers.${name}.label`)} hint={t(`numbers.${name}.hint`)} error={error}>
      {(attributes) => (
        <Input
          {...attributes}
          inputMode={name === 'priority' ? 'text' : 'numeric'}
          autoComplete="off"
          status={error ? 'error' : ''}
          value={value}
          placeholder={isLimit(name) ? t('numbers.noLimit') : String(usual)}
          suffix={isPatience(name) ? t('numbers.seconds') : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

function isLimit(name: NumberName): boolean {
  return (LIMITS as string[]).includes(name)
}

function isPatience(name: NumberName): boolean {
  return (PATIENCES as string[]).includes(name)
}
