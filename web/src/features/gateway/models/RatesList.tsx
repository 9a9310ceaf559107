import { useTranslation } from 'react-i18next'
import type { Quote, Rates } from '@/api/types'
import { useFormat } from '@/ui/format'
import { Tag } from '@/ui/Tag'
import styles from './Models.module.css'
import { OTHER_RATES, TOKEN_RATES } from './rates'

/** What a model costs in a line or two: input and output, or whatever it is charged by. */
export function ShortPrice({ price }: { price: Quote | null }) {
  const { t } = useTranslation('models')
  const format = useFormat()
  if (!price) {
    return (
      <span>
        <Tag tone="warn">{t('unpriced')}</Tag>
      </span>
    )
  }
  if (price.source === 'simulator') return <span className={styles.soft}>{t('free')}</span>
  const { rates, currency } = price
  const money = (nano: number) => format.money(nano, currency)
  const other = OTHER_RATES.find((name) => rates[name] !== null)
  return (
    <span className={styles.end}>
      {(rates.input || rates.output || !other) && (
        <span>
          {rates.input === null ? '–' : money(rates.input)} / {rates.output === null ? '–' : money(rates.output)}
        </span>
      )}
      {other && (
        <span>
          {money(rates[other] ?? 0)} {t(`per.${other}`)}
        </span>
      )}
      {price.source === 'seed' && <span className={styles.soft}>{t('listPrice')}</span>}
    </span>
  )
}

interface RatesListProps {
  rates: Rates
  currency: string
}

/** Every rate with its name, tiers below. */
export function RatesList({ rates, currency }: RatesListProps) {
  const { t } = useTranslation('models')
  const format = useFormat()
  const shown = [...TOKEN_RATES, ...OTHER_RATES].filter((name) => rates[name] !== null)
  return (
    <div className={styles.price}>
      <dl className={styles.rates}>
        {shown.map((name) => (
          <div key={name}>
            <dt>{t(`rates.${name}`)}</dt>
            <dd>{format.money(rates[name] ?? 0, currency)}</dd>
          </div>
        ))}
      </dl>
      {rates.tiers.map((tier) => (
        <div key={tier.above}>
          <p className={styles.soft}>{t('tierAbove', { tokens: format.count(tier.above) })}</p>
          <dl className={styles.rates}>
            {TOKEN_RATES.filter((name) => tier[name] !== null).map((name) => (
              <div key={name}>
                <dt>{t(`rates.${name}`)}</dt>
                <dd>{format.money(tier[name] ?? 0, currency)}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </div>
  )
}
