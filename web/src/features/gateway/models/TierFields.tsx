import { CloseOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import { Field } from '@/ui/Field'
import { IconButton } from '@/ui/IconButton'
import { Input } from '@/ui/Input'
import styles from './Models.module.css'
import { RateField } from './RateField'
import { type RatesForm, type TierForm, TOKEN_RATES } from './rates'

interface TierFieldsProps {
  form: RatesForm
  problems: Set<string>
  onChange: (form: RatesForm) => void
}

/** Other rates for long prompts, one set for each bound. */
export function TierFields({ form, problems, onChange }: TierFieldsProps) {
  const { t } = useTranslation('models')
  const change = (key: number, part: Partial<TierForm>) =>
    onChange({ ...form, tiers: form.tiers.map((tier) => (tier.key === key ? { ...tier, ...part } : tier)) })
  return form.tiers.map((tier, place) => (
    <fieldset key={tier.key} className={styles.tier}>
      <legend>{t('tier', { number: place + 1 })}</legend>
      <span className={styles.remove}>
        <IconButton
          label={t('tierRemove', { number: place + 1 })}
          icon={<CloseOutlined aria-hidden="true" />}
          onClick={() => onChange({ ...form, tiers: form.tiers.filter(({ key }) => key !== tier.key) })}
        />
      </span>
      <div className={styles.grid}>
        <Field label={t('above')} error={problems.has(`${tier.key}.above`) ? t('aboveWrong') : null}>
          {(attributes) => (
            <Input
              {...attributes}
              inputMode="numeric"
              autoComplete="off"
              value={tier.above}
              placeholder="200000"
              onChange={(event) => change(tier.key, { above: event.target.value })}
            />
          )}
        </Field>
        {TOKEN_RATES.map((name) => (
          <RateField
            key={name}
            label={t(`rates.${name}`)}
            value={tier.rates[name]}
            isWrong={problems.has(`${tier.key}.${name}`)}
            onChange={(value) => change(tier.key, { rates: { ...tier.rates, [name]: value } })}
          />
        ))}
      </div>
    </fieldset>
  ))
}
