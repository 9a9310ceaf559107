import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Call } from '@/api/types'
import { type Column, DataTable } from '@/ui/DataTable'
import { useFormat } from '@/ui/format'
import styles from './Calls.module.css'
import { CallStatus, nameOf, spanOf, useCost, useProblem } from './words'

interface CallTableProps {
  calls: Call[]
  currency: string
  /** Calls that have just come. */
  fresh: string[]
  /** Whether channels and other people's names are to be seen. */
  isAdmin: boolean
}

/** Calls, one dense line each. */
export function CallTable({ calls, currency, fresh, isAdmin }: CallTableProps) {
  const { t } = useTranslation('calls')
  const columns = useColumns(currency)
  const hidden = new Set(isAdmin ? ['key'] : ['channel', 'user'])
  return (
    <div className={styles.dense}>
      <DataTable
        label={t('title')}
        columns={columns.filter(({ key }) => !hidden.has(key))}
        rows={calls}
        rowKey={({ id }) => id}
        rowClass={({ id }) => (fresh.includes(id) ? styles.fresh : undefined)}
      />
    </div>
  )
}

function useColumns(currency: string): Column<Call>[] {
  const { t } = useTranslation('calls')
  const format = useFormat()
  const cost = useCost()
  const problem = useProblem()
  const number = (value: number | null) => (value === null ? '–' : format.count(value))
  return [
    {
      key: 'at',
      title: t('at'),
      kind: 'name',
      render: ({ id, at }) => (
        <Link to="/gateway/calls/$callId" params={{ callId: id }}>
          <Moment at={at} />
        </Link>
      ),
    },
    {
      key: 'status',
      title: t('status'),
      render: (call) => (
        <span title={problem(call) ?? undefined}>
          <CallStatus call={call} />
        </span>
      ),
    },
    {
      key: 'model',
      title: t('model'),
      render: ({ model, endpoint, stream, attempts, code }) => (
        <span className={styles.stack}>
          <span title={model}>{model || '–'}</span>
          <span className={styles.soft}>
            {attempts > 1 && `${t('attemptCount', { count: attempts })} · `}
            {code === 'replayed' && `${t('replayed')} · `}
            {stream && `${t('streamed')} · `}
            {endpoint.replace('/v1/', '')}
          </span>
        </span>
      ),
    },
    { key: 'channel', title: t('channel'), render: ({ channel }) => <Cut text={nameOf(channel)} /> },
    {
      key: 'user',
      title: t('userAndKey'),
      render: ({ user, key }) => (
        <span className={styles.stack}>
          <span title={nameOf(user)}>{nameOf(user)}</span>
          <span className={styles.soft}>{key ? nameOf(key) : t('browser')}</span>
        </span>
      ),
    },
    { key: 'key', title: t('key'), render: ({ key }) => <Cut text={key ? nameOf(key) : t('browser')} /> },
    {
      key: 'tokens',
      title: t('tokens'),
      kind: 'number',
      render: ({ input_tokens, output_tokens, estimated }) =>
        input_tokens === null ? (
          '–'
        ) : (
          <span title={estimated ? t('spending.estimated') : undefined}>
            {`${estimated ? '≈ ' : ''}${number(input_tokens)} / ${number(output_tokens)}`}
          </span>
        ),
    },
    { key: 'cost', title: t('cost'), kind: 'number', render: (call) => cost(call, currency) },
    { key: 'ttft', title: t('ttft'), kind: 'number', render: ({ ttft_us }) => spanOf(format, ttft_us) },
    { key: 'total', title: t('total'), kind: 'number', render: ({ total_us }) => spanOf(format, total_us) },
  ]
}

/** A name on one line; the whole of it is in the tip. */
function Cut({ text }: { text: string }) {
  return (
    <span className={styles.stack} title={text}>
      <span>{text}</span>
    </span>
  )
}

/** To the second; the day only where it is not today. */
function Moment({ at }: { at: string }) {
  const { i18n } = useTranslation()
  const moment = new Date(at)
  const isToday = moment.toDateString() === new Date().toDateString()
  const clock = moment.toLocaleTimeString(i18n.language)
  const day = moment.toLocaleDateString(i18n.language, { month: 'short', day: 'numeric' })
  const full = moment.toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'medium' })
  return (
    <time dateTime={at} title={full}>
      {isToday ? clock : `${day}, ${clock}`}
    </time>
  )
}
