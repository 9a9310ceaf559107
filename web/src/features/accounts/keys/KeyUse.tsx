import { queryOptions, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client, unwrap } from '@/api/client'
import type { Statistics } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Figure, Figures } from '@/ui/Figure'
import { useFormat } from '@/ui/format'
import { LinkButton } from '@/ui/LinkButton'
import { Section } from '@/ui/Section'
import styles from './KeysPanel.module.css'

const DAYS = 30

function statisticsOf(keyId: string) {
  return queryOptions({
    queryKey: ['gateway', 'statistics', 'of-key', keyId],
    queryFn: () => {
      const since = new Date(Date.now() - DAYS * 86_400_000).toISOString()
      return unwrap(client.GET('/api/v1/gateway/statistics', { params: { query: { since, key_id: keyId } } }))
    },
    staleTime: 30_000,
  })
}

const tokensOf = ({ totals }: Statistics) => totals.input_tokens + totals.output_tokens

/** What a key has been used for lately, and the ways to each call of it. */
export function KeyUse({ keyId }: { keyId: string }) {
  const { t } = useTranslation('settings')
  const format = useFormat()
  const use = useQuery(statisticsOf(keyId))
  const costOf = ({ totals: { cost_nano, unpriced }, currency }: Statistics) => {
    if (cost_nano === null) return t('keys.costUnknown')
    const cost = format.money(cost_nano, currency)
    return unpriced > 0 ? t('keys.atLeast', { cost }) : cost
  }
  return (
    <Section title={t('keys.use')} text={t('keys.useText', { days: DAYS })}>
      {use.isError && <ErrorNotice error={use.error} onRetry={() => void use.refetch()} />}
      {use.data && (
        <Figures inRow={3}>
          <Figure label={t('keys.calls')} value={format.count(use.data.totals.calls)} />
          <Figure label={t('keys.tokens')} value={format.count(tokensOf(use.data))} />
          <Figure label={t('keys.cost')} value={costOf(use.data)} />
        </Figures>
      )}
      <div className={styles.buttons}>
        <LinkButton to="/gateway/calls" search={{ key_id: keyId }}>
          {t('keys.toCalls')}
        </LinkButton>
        <LinkButton to="/gateway/statistics" search={{ key: keyId, range: '30' }}>
          {t('keys.toStatistics')}
        </LinkButton>
      </div>
    </Section>
  )
}
