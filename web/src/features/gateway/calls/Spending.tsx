import { useTranslation } from 'react-i18next'
import type { CallDetail } from '@/api/types'
import { useFormat } from '@/ui/format'
import { Section } from '@/ui/Section'
import { Time } from '@/ui/Time'
import styles from './Calls.module.css'
import { useCost } from './words'

const TOKENS = ['input_tokens', 'cached_tokens', 'cache_write_tokens', 'output_tokens', 'reasoning_tokens'] as const
const RATES = ['input', 'cached_input', 'cache_write', 'output', 'reasoning', 'per_call'] as const

/** What a call used, what that cost, and at which price. */
export function Spending({ call }: { call: CallDetail }) {
  const { t } = useTranslation('calls')
  const format = useFormat()
  const cost = useCost()
  const price = call.price
  const used = TOKENS.filter((name) => call[name])
  return (
    <Section
      title={t('spending.title')}
      text={used.length === 0 ? t('spending.nothing') : call.estimated ? t('spending.estimated') : undefined}
    >
      <dl className={styles.facts}>
        {used.map((name) => (
          <div key={name}>
            <dt>{t(`spending.${name}`)}</dt>
            <dd>{format.count(call[name] ?? 0)}</dd>
          </div>
        ))}
        <div>
          <dt>{t('cost')}</dt>
          <dd>{cost(call, call.currency)}</dd>
        </div>
        {price &&
          RATES.filter((name) => price.rates[name] !== null).map((name) => (
            <div key={name}>
              <dt>{t(`rates.${name}`)}</dt>
              <dd>{format.money(price.rates[name] ?? 0, price.currency)}</dd>
            </div>
          ))}
      </dl>
      {price && (
        <p className={styles.soft}>
          {t(`sources.${price.source === 'seed' || price.source === 'simulator' ? price.source : 'own'}`)}
          {price.since && (
            <>
              {' · '}
              {t('spending.since')} <Time at={price.since} withClock />
            </>
          )}
        </p>
      )}
      {!price && call.price_id && <p className={styles.soft}>{t('spending.priceGone', { id: call.price_id })}</p>}
    </Section>
  )
}
