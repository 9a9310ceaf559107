import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { currencyQuery } from '@/api/currency'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { LimitField } from './LimitField'
import styles from './Limits.module.css'
import { type LimitName, type LimitsForm, limitProblems, PERIODS, QUOTAS, RATES } from './limits'

interface LimitFieldsProps {
  form: LimitsForm
  onChange: (form: LimitsForm) => void
}

/** How fast models may be called. */
export function RateFields({ form, onChange }: LimitFieldsProps) {
  const { t } = useTranslation('limits')
  return (
    <>
      <p className={styles.text}>{t('rates.text')}</p>
      <div className={styles.grid}>
        <Fields names={RATES} form={form} onChange={onChange} />
      </div>
    </>
  )
}

/** How much may be used in each period. */
export function QuotaFields({ form, onChange }: LimitFieldsProps) {
  const { t } = useTranslation('limits')
  return (
    <>
      <p className={styles.text}>{t('quota.text')}</p>
      <div className={styles.grid}>
        <Fields names={QUOTAS} form={form} onChange={onChange} />
        <Field label={t('fields.period.label')} hint={t(`fields.period.hint.${form.period}`)}>
          {(attributes) => (
            <Select
              {...attributes}
              value={form.period}
              options={PERIODS.map((value) => ({ value, label: t(`periods.${value}`) }))}
              onChange={(period) => onChange({ ...form, period })}
            />
          )}
        </Field>
      </div>
    </>
  )
}

function Fields({ names, form, onChange }: LimitFieldsProps & { names: readonly LimitName[] }) {
  const currency = useQuery(currencyQuery)
  const problems = limitProblems(form)
  return names.map((name) => (
    <LimitField
      key={name}
      name={name}
      value={form.typed[name]}
      problem={problems.get(name)}
      currency={currency.data ?? ''}
      onChange={(text) => onChange({ ...form, typed: { ...form.typed, [name]: text } })}
    />
  ))
}
