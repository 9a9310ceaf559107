import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { BackLink } from '@/ui/BackLink'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Section } from '@/ui/Section'
import { Skeleton } from '@/ui/Skeleton'
import { QuotaStanding } from '../limits/QuotaStanding'
import { quotasQuery } from '../limits/queries'
import { KeysSection } from './KeysSection'
import { LimitsForm } from './LimitsForm'
import { limitsQuery, personQuery } from './queries'

interface PersonPanelProps {
  userId: string
  /** Models that can be called now. */
  models: string[]
}

/** How much one person may ask of models, what they have used, and their keys; for admins. */
export function PersonPanel({ userId, models }: PersonPanelProps) {
  const { t } = useTranslation('people')
  const person = useQuery(personQuery(userId))
  return (
    <Page wide title={person.data?.name ?? t('person')} {...(person.data?.email && { text: person.data.email })}>
      <BackLink to="/admin/users">{t('title')}</BackLink>
      {person.isPending && <Skeleton />}
      {person.isError && <ErrorNotice error={person.error} onRetry={() => void person.refetch()} />}
      {person.isSuccess && (
        <>
          <Used userId={userId} />
          <OwnLimits person={person.data} />
          <KeysSection userId={userId} models={models} />
        </>
      )}
    </Page>
  )
}

/** The account's own quota; those of its keys stand beside the keys. */
function Used({ userId }: { userId: string }) {
  const { t } = useTranslation('people')
  const quotas = useQuery(quotasQuery(userId))
  const own = quotas.data?.find(({ kind }) => kind === 'user')
  if (quotas.isError) return <ErrorNotice error={quotas.error} onRetry={() => void quotas.refetch()} />
  if (!own) return null
  return (
    <Section title={t('limits.used')}>
      <QuotaStanding quota={own} />
    </Section>
  )
}

function OwnLimits({ person }: { person: User }) {
  const { t } = useTranslation('people')
  const limits = useQuery(limitsQuery(person.id))
  return (
    <Section title={t('limits.title')} text={t('limits.text')}>
      {limits.isPending && <Skeleton />}
      {limits.isError && <ErrorNotice error={limits.error} onRetry={() => void limits.refetch()} />}
      {limits.isSuccess && <LimitsForm key={JSON.stringify(limits.data)} person={person} limits={limits.data} />}
    </Section>
  )
}
