import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Section } from '@/ui/Section'
import { QuotaStanding } from './QuotaStanding'
import { quotasQuery } from './queries'

/** What an account has used of its own quota; not there when it has none. */
export function QuotaSection() {
  const { t } = useTranslation('limits')
  const quotas = useQuery(quotasQuery())
  const own = quotas.data?.find(({ kind }) => kind === 'user')
  if (!own) return null
  return (
    <Section title={t('own.title')} text={t('own.text')}>
      <QuotaStanding quota={own} />
    </Section>
  )
}
