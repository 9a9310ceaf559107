import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Statistics } from '@/api/types'
import { Figure, Figures } from '@/ui/Figure'
import { useFormat } from '@/ui/format'
import styles from './Statistics.module.css'
import { TrendMark } from './Trend'
import { type More, trendOf } from './trend'

type Compared = 'calls' | 'error_share' | 'cost_nano' | 'active_users' | 'input_tokens' | 'output_tokens'

interface TilesProps {
  statistics: Statistics
  isAdmin: boolean
}

/** The figures of the whole period, each with how it compares with the one before. */
export function Tiles({ statistics: { totals, before, currency }, isAdmin }: TilesProps) {
  const { t } = useTranslation('statistics')
  const format = useFormat()
  const trend = (name: Compared, more: More) => <TrendMark trend={trendOf(totals[name], before[name], more)} />
  return (
    <Figures inRow={isAdmin ? 4 : 3}>
      <Figure label={t('calls')} value={format.count(totals.calls)} note={trend('calls', 'good')} />
      {isAdmin && (
        <Figure
          label={t('activeUsers')}
          value={format.count(totals.active_users)}
          note={trend('active_users', 'good')}
        />
      )}
      <Figure
        label={t('errorShare')}
        value={totals.error_share === null ? '–' : format.percent(totals.error_share)}
        tone={totals.errors > 0 ? 'warn' : 'plain'}
        note={
          <Note
            mark={trend('error_share', 'bad')}
            text={t('errorsNote', { errors: format.count(totals.errors), refused: format.count(totals.refused) })}
          />
        }
      />
      <Figure
        label={t('inputTokens')}
        value={format.count(totals.input_tokens)}
        note={
          <Note
            mark={trend('input_tokens', 'plain')}
            text={t('cachedNote', { cached: format.count(totals.cached_tokens) })}
          />
        }
      />
      <Figure
        label={t('outputTokens')}
        value={format.count(totals.output_tokens)}
        note={
          <Note
            mark={trend('output_tokens', 'plain')}
            text={t('reasoningNote', { reasoning: format.count(totals.reasoning_tokens) })}
          />
        }
      />
      <Figure
        label={t('cost')}
        value={totals.cost_nano === null ? '–' : format.money(totals.cost_nano, currency)}
        tone={totals.unpriced > 0 ? 'warn' : 'plain'}
        note={
          <Note
            mark={trend('cost_nano', 'plain')}
            text={totals.unpriced > 0 && <Unpriced calls={totals.unpriced} isAdmin={isAdmin} />}
          />
        }
      />
      <Times totals={totals} before={before} />
    </Figures>
  )
}

/** How long calls took: percentiles where they are known, else the mean. */
function Times({ totals, before }: Pick<Statistics, 'totals' | 'before'>) {
  const { t } = useTranslation('statistics')
  const format = useFormat()
  if (totals.duration === null) {
    const { mean_seconds } = totals
    return (
      <Figure
        label={t('mean')}
        value={mean_seconds === null ? '–' : format.span(mean_seconds)}
        note={<TrendMark trend={trendOf(mean_seconds, before.mean_seconds, 'bad')} />}
      />
    )
  }
  return (['duration', 'first_token'] as const).map((name) => {
    const found = totals[name]
    return (
      <Figure
        key={name}
        label={t(`median.${name}`)}
        value={found ? format.span(found.p50) : '–'}
        note={
          <Note
            mark={<TrendMark trend={trendOf(found?.p50 ?? null, before[name]?.p50 ?? null, 'bad')} />}
            text={found && t('percentilesNote', { p95: format.span(found.p95), p99: format.span(found.p99) })}
          />
        }
      />
    )
  })
}

function Note({ mark, text }: { mark: ReactNode; text: ReactNode }) {
  return (
    <span className={styles.note}>
      {mark}
      {text && <span>{text}</span>}
    </span>
  )
}

/** Calls whose price nobody has said are not free. */
function Unpriced({ calls, isAdmin }: { calls: number; isAdmin: boolean }) {
  const { t } = useTranslation('statistics')
  const format = useFormat()
  const words = t('unpriced', { count: calls, shown: format.count(calls) })
  if (!isAdmin) return words
  return (
    <Link to="/gateway/models" search={{ show: 'unpriced' }}>
      {words}
    </Link>
  )
}
