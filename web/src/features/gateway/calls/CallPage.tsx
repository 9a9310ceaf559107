import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { CallDetail } from '@/api/types'
import { BackLink } from '@/ui/BackLink'
import { CopyButton } from '@/ui/CopyButton'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Fact } from '@/ui/Fact'
import { useFormat } from '@/ui/format'
import { Page } from '@/ui/Page'
import { Section } from '@/ui/Section'
import { Skeleton } from '@/ui/Skeleton'
import { Attempts } from './Attempts'
import { Bodies } from './Bodies'
import styles from './Calls.module.css'
import type { FILTERS } from './filters'
import { callQuery } from './queries'
import { Spending } from './Spending'
import { partsOf } from './timing'
import { CallStatus, nameOf, spanOf, useProblem } from './words'

/** One call in full. */
export function CallPage({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation('calls')
  const { callId = '' } = useParams({ strict: false })
  const call = useQuery(callQuery(callId))
  return (
    <Page title={t('one')}>
      <BackLink to="/gateway/calls">{t('back')}</BackLink>
      {call.isPending && <Skeleton />}
      {call.isError && <ErrorNotice error={call.error} onRetry={() => void call.refetch()} />}
      {call.data && <Call call={call.data} isAdmin={isAdmin} />}
    </Page>
  )
}

function Call({ call, isAdmin }: { call: CallDetail; isAdmin: boolean }) {
  const { t } = useTranslation('calls')
  return (
    <>
      <Facts call={call} />
      <Timing call={call} />
      {call.attempt_log.length > 0 && (
        <Section title={t('attempts.title')} text={t('attempts.text')}>
          <Attempts attempts={call.attempt_log} />
        </Section>
      )}
      <Spending call={call} />
      {isAdmin && <Bodies key={call.id} callId={call.id} kept={call.has_bodies} />}
    </>
  )
}

function Facts({ call }: { call: CallDetail }) {
  const { t, i18n } = useTranslation('calls')
  const problem = useProblem()(call)
  const full = new Date(call.at).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'medium' })
  return (
    <Section title={call.model || t('noModel')} actions={<CallStatus call={call} />}>
      {problem && (
        <p className={styles.problem}>
          {problem}
          {call.message && call.message !== problem && <span className={styles.soft}> {call.message}</span>}
        </p>
      )}
      <dl className={styles.facts}>
        <Fact name={t('at')}>
          <time dateTime={call.at}>{full}</time>
        </Fact>
        <Fact name={t('endpoint')}>
          {call.endpoint} {call.stream && `· ${t('streamed')}`}
        </Fact>
        {call.channel && (
          <Fact name={t('channel')}>
            <All name="channel_id" value={call.channel.id} shown={nameOf(call.channel)} />
          </Fact>
        )}
        {call.user && (
          <Fact name={t('user')}>
            <All name="user_id" value={call.user.id} shown={nameOf(call.user)} />
          </Fact>
        )}
        <Fact name={t('key')}>
          {call.key ? <All name="key_id" value={call.key.id} shown={nameOf(call.key)} /> : t('browser')}
        </Fact>
        {call.session_id && (
          <Fact name={t('session')}>
            <All name="session_id" value={call.session_id} shown={call.session_id} />
          </Fact>
        )}
        {call.code && (
          <Fact name={call.outcome === 'ok' ? t('stream') : t('code')}>
            <All name="code" value={call.code} shown={call.code === 'replayed' ? t('replayed') : call.code} />
          </Fact>
        )}
        {call.address && <Fact name={t('address')}>{call.address}</Fact>}
        <Fact name={t('id')}>
          <code>{call.id}</code> <CopyButton text={call.id} label={t('copyId')} />
        </Fact>
        {call.client_request_id && (
          <Fact name={t('clientRequest')}>
            <code>{call.client_request_id}</code>{' '}
            <CopyButton text={call.client_request_id} label={t('copyClientRequest')} />
          </Fact>
        )}
      </dl>
    </Section>
  )
}

/** A way to all calls that have the same. */
function All({ name, value, shown }: { name: (typeof FILTERS)[number]; value: string; shown: string }) {
  const { t } = useTranslation('calls')
  return (
    <Link to="/gateway/calls" search={{ [name]: value } as never} title={t('allOf', { name: shown })}>
      {shown}
    </Link>
  )
}

function Timing({ call }: { call: CallDetail }) {
  const { t } = useTranslation('calls')
  const format = useFormat()
  const parts = partsOf(call)
  return (
    <Section title={t('timing.title')} text={t('timing.text', { total: spanOf(format, call.total_us) })}>
      <div className={styles.bar} aria-hidden="true">
        {parts.map(({ name, share }) => (
          <span key={name} className={styles[name]} style={{ flex: `${share} 0 0` }} />
        ))}
      </div>
      <ul className={styles.legend}>
        {parts.map(({ name, microseconds }) => (
          <li key={name}>
            <span className={`${styles.swatch} ${styles[name]}`} aria-hidden="true" />
            {t(`timing.${name}`)}: {spanOf(format, microseconds)}
          </li>
        ))}
      </ul>
    </Section>
  )
}
