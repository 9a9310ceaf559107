import { CloseOutlined } from '@ant-design/icons'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Input } from '@/ui/Input'
import { Segments } from '@/ui/Segments'
import type { FilterValues } from '@/ui/useFilters'
import styles from './Prompts.module.css'

type Filters = FilterValues<'q' | 'tag' | 'whose'>

const PAUSE_MS = 250

/** What the list is narrowed by; typing waits a moment before it asks. */
export function PromptFilters({ filters, onChange }: { filters: Filters; onChange: (part: Filters) => void }) {
  const { t } = useTranslation('prompts')
  const [typed, type] = useState(filters.q ?? '')
  useEffect(() => {
    if (typed.trim() === (filters.q ?? '')) return
    const timer = setTimeout(() => onChange({ q: typed.trim() }), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, filters.q, onChange])
  return (
    <div className={styles.filters}>
      <Input
        type="search"
        className={styles.search}
        maxLength={200}
        value={typed}
        aria-label={t('search')}
        placeholder={t('search')}
        onChange={(event) => type(event.target.value)}
      />
      <Segments
        label={t('whose.label')}
        value={filters.whose === 'mine' || filters.whose === 'hall' ? filters.whose : 'all'}
        options={(['all', 'mine', 'hall'] as const).map((value) => ({ value, label: t(`whose.${value}`) }))}
        onChange={(whose) => onChange({ whose: whose === 'all' ? '' : whose })}
      />
      {filters.tag && (
        <button
          type="button"
          className={styles.chosen}
          aria-label={t('withoutTag', { tag: filters.tag })}
          onClick={() => onChange({ tag: '' })}
        >
          {filters.tag} <CloseOutlined aria-hidden="true" />
        </button>
      )}
    </div>
  )
}
