import { CloseOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { KINDS, type Kind, NARROWED_BY, type Narrow, type Wanted } from './filters'
import { breakdownQuery } from './queries'
import styles from './Statistics.module.css'
import { useRowName } from './words'

interface NarrowedProps {
  wanted: Wanted
  onWiden: (name: Narrow) => void
}

/** What the page is narrowed to, each with a way out. */
export function Narrowed({ wanted, onWiden }: NarrowedProps) {
  const { t } = useTranslation('statistics')
  const kinds = KINDS.filter((kind) => wanted[NARROWED_BY[kind]] !== undefined)
  if (kinds.length === 0) return null
  return (
    <ul className={styles.narrowed} aria-label={t('narrowed')}>
      {kinds.map((kind) => (
        <li key={kind}>
          <One kind={kind} wanted={wanted} onWiden={() => onWiden(NARROWED_BY[kind])} />
        </li>
      ))}
    </ul>
  )
}

function One({ kind, wanted, onWiden }: { kind: Kind; wanted: Wanted; onWiden: () => void }) {
  const { t } = useTranslation('statistics')
  const id = wanted[NARROWED_BY[kind]] ?? ''
  const { data } = useQuery({ ...breakdownQuery(kind, wanted, 'calls', 1), enabled: kind !== 'models' })
  const name = useRowName(kind)({ id, name: data?.rows.find((row) => row.id === id)?.name ?? null })
  return (
    <Button aria-label={t('widen', { kind: t(`kinds.${kind}`), name })} onClick={onWiden}>
      <span>
        {t(`kinds.${kind}`)}: <strong translate="no">{name}</strong>
      </span>
      <CloseOutlined aria-hidden="true" />
    </Button>
  )
}
