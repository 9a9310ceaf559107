import { useTranslation } from 'react-i18next'
import type { RetentionKind } from '@/api/types'
import { Button } from '@/ui/Button'
import { type Column, DataTable } from '@/ui/DataTable'
import { useFormat } from '@/ui/format'
import { Tag } from '@/ui/Tag'
import { Ago } from '@/ui/Time'
import styles from './Retention.module.css'
import { useKindWords } from './words'

interface KindTableProps {
  kinds: RetentionKind[]
  onChange: (kind: RetentionKind) => void
}

export function KindTable({ kinds, onChange }: KindTableProps) {
  const { t } = useTranslation('admin')
  const words = useKindWords()
  const format = useFormat()
  const columns: Column<RetentionKind>[] = [
    {
      key: 'kind',
      title: t('retention.kind'),
      kind: 'name',
      render: ({ kind, description }) => (
        <span className={styles.stack}>
          <span>{words.title(kind)}</span>
          <span className={styles.soft}>{words.text(kind, description)}</span>
        </span>
      ),
    },
    {
      key: 'days',
      title: t('retention.kept'),
      render: ({ days, default_days, most_bytes }) => (
        <span className={styles.tags}>
          <span className={styles.days}>{words.days(days)}</span>{' '}
          {most_bytes !== null && (
            <span className={styles.soft}>{t('retention.atMost', { size: format.bytes(most_bytes) })}</span>
          )}{' '}
          {days !== default_days && <Tag tone="accent">{t('retention.changed')}</Tag>}
        </span>
      ),
    },
    { key: 'rows', title: t('retention.rows'), kind: 'number', render: ({ rows }) => format.count(rows) },
    { key: 'bytes', title: t('retention.size'), kind: 'number', render: ({ bytes }) => format.bytes(bytes) },
    { key: 'oldest', title: t('retention.oldest'), render: ({ oldest }) => <Oldest at={oldest} /> },
    {
      key: 'actions',
      title: t('actions'),
      kind: 'actions',
      render: (kind) => (
        <Button
          size="small"
          aria-label={t('retention.changeOf', { kind: words.title(kind.kind) })}
          onClick={() => onChange(kind)}
        >
          {t('retention.change')}
        </Button>
      ),
    },
  ]
  return <DataTable label={t('retention.title')} columns={columns} rows={kinds} rowKey={({ kind }) => kind} />
}

/** What is kept until some time after its end may have an end that is still to come. */
function Oldest({ at }: { at: string | null }) {
  return at && Date.parse(at) <= Date.now() ? <Ago at={at} /> : '–'
}
