import { useTranslation } from 'react-i18next'
import { MOST_UNITS } from '@/ui/amounts'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'

interface RateFieldProps {
  label: string
  value: string
  isWrong: boolean
  onChange: (value: string) => void
}

/** One rate, in units of the currency. */
export function RateField({ label, value, isWrong, onChange }: RateFieldProps) {
  const { t } = useTranslation('models')
  return (
    <Field label={label} error={isWrong ? t('rateWrong', { limit: MOST_UNITS }) : null}>
      {(attributes) => (
        <Input
          {...attributes}
          inputMode="decimal"
          autoComplete="off"
          value={value}
          status={isWrong ? 'error' : ''}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
