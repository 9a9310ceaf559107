import { DeploymentUnitOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelEntry } from '@/api/types'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Filters, SearchFilter, SelectFilter } from '@/ui/Filters'
import { LinkButton } from '@/ui/LinkButton'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { useFilters } from '@/ui/useFilters'
import { ModelDialog } from './ModelDialog'
import { ModelTable } from './ModelTable'
import { PricesDialog } from './PricesDialog'
import { catalogQuery } from './queries'
import { chosen, SHOWS } from './said'

const AT_ONCE = 100

/** Every model of this hall: who serves it, who sees it, what it can do, what it costs. */
export function ModelsPage() {
  const { t } = useTranslation('models')
  const catalog = useQuery(catalogQuery)
  const models = catalog.data ?? []
  return (
    <Page
      wide
      title={t('title')}
      text={t('text')}
      actions={<LinkButton to="/gateway/prices">{t('pricesPage')}</LinkButton>}
    >
      {catalog.isPending && <Skeleton />}
      {catalog.isError && <ErrorNotice error={catalog.error} onRetry={() => void catalog.refetch()} />}
      {catalog.isSuccess && models.length === 0 && (
        <EmptyState icon={<DeploymentUnitOutlined aria-hidden="true" />} title={t('emptyTitle')} text={t('emptyText')}>
          <LinkButton to="/gateway/channels/new" primary>
            {t('addChannel')}
          </LinkButton>
        </EmptyState>
      )}
      {models.length > 0 && <Models models={models} />}
    </Page>
  )
}

function Models({ models }: { models: ModelEntry[] }) {
  const { t } = useTranslation('models')
  const { filters, change, clear } = useFilters('search', 'show')
  const [editing, setEditing] = useState<string | null>(null)
  const [pricing, setPricing] = useState<string | null>(null)
  const [limit, setLimit] = useState(AT_ONCE)
  const shown = chosen(models, filters.search ?? '', filters.show)
  const edited = models.find(({ name }) => name === editing)
  return (
    <>
      <Filters onClear={clear}>
        <SearchFilter label={t('search')} value={filters.search} onChange={(search) => change({ search })} />
        <SelectFilter
          label={t('show')}
          value={SHOWS.find((show) => show === filters.show)}
          options={SHOWS.map((show) => ({ value: show, label: t(`shows.${show}`) }))}
          onChange={(show) => change({ show })}
        />
      </Filters>
      {shown.length === 0 && <p role="status">{t('nothing')}</p>}
      {shown.length > 0 && <ModelTable models={shown.slice(0, limit)} onEdit={setEditing} onPrices={setPricing} />}
      {shown.length > limit && <Button onClick={() => setLimit(limit + AT_ONCE)}>{t('more')}</Button>}
      {edited && <ModelDialog key={edited.name} model={edited} all={models} onClose={() => setEditing(null)} />}
      {pricing !== null && <PricesDialog key={pricing} model={pricing} onClose={() => setPricing(null)} />}
    </>
  )
}
