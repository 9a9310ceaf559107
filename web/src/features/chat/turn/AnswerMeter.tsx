import { useTranslation } from 'react-i18next'
import { Fact } from '@/ui/Fact'
import { useFormat } from '@/ui/format'
import styles from './Turn.module.css'
import type { Usage } from './usage'
import { useCost } from './useCost'

/** What an answer used, in one line that unfolds; until it is billed, the tokens alone. */
export function AnswerMeter({ usage }: { usage: Usage }) {
  const { t } = useTranslation('turns')
  const format = useFormat()
  const cost = useCost()
  const tokens = t('meter.tokens', {
    input: format.count(usage.input_tokens),
    output: format.count(usage.output_tokens),
  })
  if (usage.calls === null || usage.seconds === null) return <span>{tokens}</span>
  const time = format.span(usage.seconds)
  return (
    <details className={styles.meter}>
      <summary>{[tokens, cost(usage), time].join(' · ')}</summary>
      <dl className={styles.facts}>
        <Fact name={t('fact.input')}>{format.count(usage.input_tokens)}</Fact>
        {usage.cached_tokens !== null && <Fact name={t('fact.cached')}>{format.count(usage.cached_tokens)}</Fact>}
        <Fact name={t('fact.output')}>{format.count(usage.output_tokens)}</Fact>
        {usage.reasoning_tokens !== null && (
          <Fact name={t('fact.reasoning')}>{format.count(usage.reasoning_tokens)}</Fact>
        )}
        <Fact name={t('fact.calls')}>{format.count(usage.calls)}</Fact>
        <Fact name={t('fact.cost')}>{cost(usage)}</Fact>
        <Fact name={t('fact.seconds')}>{time}</Fact>
        {usage.tokens_per_second !== null && (
          <Fact name={t('fact.speed')}>{t('meter.speed', { count: usage.tokens_per_second })}</Fact>
        )}
      </dl>
      {usage.is_estimated && <p className={styles.note}>{t('meter.estimated')}</p>}
    </details>
  )
}
