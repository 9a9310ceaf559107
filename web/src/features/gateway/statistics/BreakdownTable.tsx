import { useTranslation } from 'react-i18next'
import type { Breakdown, BreakdownRow, StatisticsFigures } from '@/api/types'
import { type Column, DataTable } from '@/ui/DataTable'
import { useFormat } from '@/ui/format'
import type { Kind } from './filters'
import styles from './Statistics.module.css'
import type { Whole } from './shares'
import { useRowName } from './words'

interface BreakdownTableProps {
  kind: Kind
  breakdown: Breakdown
  whole: Whole
  onPick: (id: string) => void
}

type Row = StatisticsFigures & { share: BreakdownRow['share']; row: BreakdownRow | null }

/** Rows with their share of the whole; a click on a name narrows the page to it. */
export function BreakdownTable({ kind, breakdown, whole, onPick }: BreakdownTableProps) {
  const { t } = useTranslation('statistics')
  const format = useFormat()
  const isTimed = kind === 'models' || kind === 'channels'
  const { rows, others, currency } = breakdown
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t(`kinds.${kind}`),
      kind: 'name',
      render: ({ row }) =>
        row ? <Name kind={kind} row={row} onPick={onPick} /> : t('others', { count: others?.names ?? 0 }),
    },
    { key: 'share', title: t(`shareOf.${whole}`), render: ({ share }) => <Share share={share[whole]} /> },
    { key: 'calls', title: t('calls'), kind: 'number', render: ({ calls }) => format.count(calls) },
    {
      key: 'errors',
      title: t('errorShare'),
      kind: 'number',
      render: ({ error_share }) => (error_share === null ? '–' : format.percent(error_share)),
    },
    {
      key: 'tokens',
      title: t('tokens'),
      kind: 'number',
      render: ({ input_tokens, output_tokens }) => format.count(input_tokens + output_tokens),
    },
    { key: 'cost', title: t('cost'), kind: 'number', render: (row) => <Cost row={row} currency={currency} /> },
    {
      key: 'time',
      title: t(isTimed ? 'halfAnd95' : 'mean'),
      kind: 'number',
      render: ({ duration, mean_seconds }) => {
        if (duration) return `${format.span(duration.p50)} / ${format.span(duration.p95)}`
        return mean_seconds === null || isTimed ? '–' : format.span(mean_seconds)
      },
    },
  ]
  const listed: Row[] = rows.map((row) => ({ ...row, row }))
  return (
    <DataTable
      label={t(`by.${kind}`)}
      columns={columns}
      rows={others ? [...listed, { ...others, row: null }] : listed}
      rowKey={({ row }) => (row ? `=${row.id}` : 'others')}
    />
  )
}

function Name({ kind, row, onPick }: { kind: Kind; row: BreakdownRow; onPick: (id: string) => void }) {
  const { t } = useTranslation('statistics')
  const name = useRowName(kind)(row)
  if (row.id === '') return name
  return (
    <span className={styles.stack}>
      <button type="button" className={styles.name} translate="no" onClick={() => onPick(row.id)}>
        {name}
      </button>
      {row.note && (
        <span className={styles.soft} translate="no">
          {row.note}
        </span>
      )}
      {row.name === null && <span className={styles.soft}>{t('gone')}</span>}
    </span>
  )
}

function Share({ share }: { share: number | null }) {
  const format = useFormat()
  if (share === null) return '–'
  return (
    <span className={styles.share}>
      <span className={styles.track} aria-hidden="true">
        <span style={{ inlineSize: `${share * 100}%` }} />
      </span>
      <span className={styles.percent}>{format.percent(share)}</span>
    </span>
  )
}

/** What is not known is not nothing. */
function Cost({ row, currency }: { row: StatisticsFigures; currency: string }) {
  const { t } = useTranslation('statistics')
  const format = useFormat()
  if (row.cost_nano === null) return <span className={styles.soft}>{t('unknown')}</span>
  const cost = format.money(row.cost_nano, currency)
  if (row.unpriced === 0) return cost
  return (
    <span title={t('unpriced', { count: row.unpriced, shown: format.count(row.unpriced) })}>
      {t('atLeast', { cost })}
    </span>
  )
}
