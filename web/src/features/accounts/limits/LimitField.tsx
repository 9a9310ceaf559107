import { useTranslation } from 'react-i18next'
import { Field } from '@/ui/Field'
import type { useFormat } from '@/ui/format'
import { Input } from '@/ui/Input'
import type { LimitName, LimitProblem } from './limits'

interface LimitFieldProps {
  name: LimitName
  value: string
  problem: LimitProblem | undefined
  /** The hall's currency, in which money is. */
  currency: string
  onChange: (text: string) => void
}

/** One limit; empty is none. */
export function LimitField({ name, value, problem, currency, onChange }: LimitFieldProps) {
  const { t } = useTranslation('limits')
  const { count } = useWhole()
  const error = problem ? t(`problem.${problem.key}`, { least: count(problem.least), most: count(problem.most) }) : null
  return (
    <Field label={t(`fields.${name}.label`)} hint={t(`fields.${name}.hint`)} error={error}>
      {(attributes) => (
        <Input
          {...attributes}
          inputMode={name === 'quota_nano' ? 'decimal' : 'numeric'}
          autoComplete="off"
          maxLength={40}
          status={error ? 'error' : ''}
          value={value}
          placeholder={t('noLimit')}
          suffix={name === 'quota_nano' ? currency : undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

/** Bounds are told to the last digit. */
function useWhole(): Pick<ReturnType<typeof useFormat>, 'count'> {
  const { i18n } = useTranslation()
  return { count: (value) => new Intl.NumberFormat(i18n.language).format(value) }
}
