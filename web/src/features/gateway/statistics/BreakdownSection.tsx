import { DownloadOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Section } from '@/ui/Section'
import { Select } from '@/ui/Select'
import { Skeleton } from '@/ui/Skeleton'
import { saveFile } from '@/ui/saveFile'
import { BreakdownTable } from './BreakdownTable'
import { Choice } from './Choice'
import { type Kind, SORTS, type Sort, type Wanted } from './filters'
import { breakdownQuery, downloadBreakdown } from './queries'
import { ShareChart } from './ShareChart'
import styles from './Statistics.module.css'
import { partsOf, wholeOf } from './shares'
import { useRowName } from './words'

const FEW = 10
const MANY = 200

interface BreakdownSectionProps {
  wanted: Wanted
  kind: Kind
  kinds: Kind[]
  sort: Sort
  onKind: (kind: Kind) => void
  onSort: (sort: Sort) => void
  onPick: (kind: Kind, id: string) => void
}

/** Who or what the calls belong to: a chart of shares, and a table of all figures. */
export function BreakdownSection({ wanted, kind, kinds, sort, onKind, onSort, onPick }: BreakdownSectionProps) {
  const { t } = useTranslation('statistics')
  const [limit, setLimit] = useState(FEW)
  const breakdown = useQuery(breakdownQuery(kind, wanted, sort, limit))
  const rowName = useRowName(kind)
  const whole = wholeOf(sort)
  const found = breakdown.data
  return (
    <Section title={t('breakdown')} actions={<Download kind={kind} wanted={wanted} sort={sort} />}>
      <div className={styles.bar}>
        <Choice
          label={t('breakdown')}
          value={kind}
          options={kinds.map((one) => ({ value: one, label: t(`by.${one}`) }))}
          onChange={onKind}
        />
        <Select
          label={t('sort')}
          value={sort}
          options={SORTS.map((one) => ({ value: one, label: t(`sorts.${one}`) }))}
          onChange={onSort}
        />
      </div>
      {breakdown.isPending && <Skeleton />}
      {breakdown.isError && <ErrorNotice error={breakdown.error} onRetry={() => void breakdown.refetch()} />}
      {found?.rows.length === 0 && <p className={styles.soft}>{t('nothing')}</p>}
      {found && found.rows.length > 0 && (
        <>
          <ShareChart
            label={t(`shareOf.${whole}`)}
            parts={partsOf(found, whole, rowName, (count) => t('others', { count }))}
          />
          <BreakdownTable kind={kind} breakdown={found} whole={whole} onPick={(id) => onPick(kind, id)} />
        </>
      )}
      {found?.others && limit === FEW && (
        <div>
          <Button onClick={() => setLimit(MANY)}>{t('more')}</Button>
        </div>
      )}
    </Section>
  )
}

function Download({ kind, wanted, sort }: Pick<BreakdownSectionProps, 'kind' | 'wanted' | 'sort'>) {
  const { t } = useTranslation('statistics')
  const download = useMutation({
    mutationFn: () => downloadBreakdown(kind, wanted, sort),
    onSuccess: (file) => saveFile(`${kind}.csv`, file),
  })
  return (
    <>
      <Button
        icon={<DownloadOutlined aria-hidden="true" />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        {t('download')}
      </Button>
      {download.isError && <ErrorNotice error={download.error} />}
    </>
  )
}
