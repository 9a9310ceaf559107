import { PlusOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { currencyQuery } from '@/api/currency'
import type { Quote } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { MomentField } from '@/ui/MomentField'
import { toast } from '@/ui/toast'
import styles from './Models.module.css'
import { addPrice } from './queries'
import { RateField } from './RateField'
import {
  emptyTier,
  formOf,
  MOST_TIERS,
  OTHER_RATES,
  problemsOf,
  type RatesForm,
  saysSomething,
  TOKEN_RATES,
  wantedOf,
} from './rates'
import { TierFields } from './TierFields'

interface PriceFormProps {
  model: string
  /** What it costs now: where a new price begins. */
  current: Quote | null
  onDone: () => void
}

/** A new price, from now or from a moment to come. */
export function PriceForm({ model, current, onDone }: PriceFormProps) {
  const { t } = useTranslation(['models', 'common'])
  const currency = useQuery(currencyQuery)
  const [form, setForm] = useState(() => formOf(current?.rates))
  const [since, setSince] = useState<string | null>(null)
  const problems = problemsOf(form)
  const save = useMutation({
    mutationFn: () => addPrice({ model, rates: wantedOf(form), ...(since && { since }) }),
    onSuccess: () => {
      toast(t('priceSaved', { name: model }))
      onDone()
    },
  })
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <p className={styles.soft}>{t('newPriceText', { currency: currency.data ?? current?.currency ?? '' })}</p>
      <MomentField label={t('since')} hint={t('sinceHint')} value={since} onChange={setSince} />
      <RateFields form={form} problems={problems} onChange={setForm} />
      <TierFields form={form} problems={problems} onChange={setForm} />
      {form.tiers.length < MOST_TIERS && (
        <Button
          className={styles.start}
          icon={<PlusOutlined aria-hidden="true" />}
          onClick={() => setForm({ ...form, tiers: [...form.tiers, emptyTier(Date.now())] })}
        >
          {t('addTier')}
        </Button>
      )}
      {save.isError && <ErrorNotice error={save.error} />}
      <div className={styles.buttons}>
        <Button onClick={onDone}>{t('common:cancel')}</Button>
        <Button
          type="primary"
          htmlType="submit"
          loading={save.isPending}
          disabled={problems.size > 0 || !saysSomething(form)}
        >
          {t('savePrice')}
        </Button>
      </div>
    </form>
  )
}

interface RateFieldsProps {
  form: RatesForm
  problems: Set<string>
  onChange: (form: RatesForm) => void
}

/** Tokens in sight; what few models are charged by is folded away until it is used. */
function RateFields({ form, problems, onChange }: RateFieldsProps) {
  const { t } = useTranslation('models')
  const [isOpen] = useState(OTHER_RATES.some((name) => form.rates[name] !== ''))
  const field = (name: (typeof TOKEN_RATES | typeof OTHER_RATES)[number]) => (
    <RateField
      key={name}
      label={t(`rates.${name}`)}
      value={form.rates[name]}
      isWrong={problems.has(name)}
      onChange={(value) => onChange({ ...form, rates: { ...form.rates, [name]: value } })}
    />
  )
  return (
    <>
      <fieldset className={styles.group}>
        <legend>{t('perMillion')}</legend>
        <div className={styles.grid}>{TOKEN_RATES.map(field)}</div>
        <p className={styles.hint}>{t('partsHint')}</p>
      </fieldset>
      <details open={isOpen} className={styles.details}>
        <summary>{t('otherRates')}</summary>
        <div className={styles.grid}>{OTHER_RATES.map(field)}</div>
      </details>
    </>
  )
}
