import { AuditOutlined, DownloadOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { DayFilter, Filters, SearchFilter, SelectFilter } from '@/ui/Filters'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { saveFile } from '@/ui/saveFile'
import { useFilters } from '@/ui/useFilters'
import { AuditTable } from './AuditTable'
import { FILTERS } from './filters'
import { actionsQuery, auditQuery, downloadAudit } from './queries'
import { useActionText } from './words'

/** Who changed what, when, from where, with before and after. */
export function AuditPage() {
  const { t } = useTranslation('admin')
  const { filters, change, clear } = useFilters(...FILTERS)
  const list = useInfiniteQuery(auditQuery(filters))
  const entries = list.data?.pages.flatMap((page) => page.items) ?? []
  const download = useMutation({
    mutationFn: () => downloadAudit(filters),
    onSuccess: (file) => saveFile('audit.csv', file),
  })
  return (
    <Page
      wide
      title={t('audit.title')}
      text={t('audit.text')}
      actions={
        <Button
          icon={<DownloadOutlined aria-hidden="true" />}
          loading={download.isPending}
          disabled={entries.length === 0}
          onClick={() => download.mutate()}
        >
          {t('audit.download')}
        </Button>
      }
    >
      <AuditFilterBar filters={filters} onChange={change} onClear={clear} />
      {download.isError && <ErrorNotice error={download.error} />}
      {list.isPending && <Skeleton />}
      {list.isError && <ErrorNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && entries.length === 0 && (
        <EmptyState
          icon={<AuditOutlined aria-hidden="true" />}
          title={t(clear ? 'audit.noneTitle' : 'audit.emptyTitle')}
          text={t(clear ? 'audit.noneText' : 'audit.emptyText')}
        />
      )}
      {entries.length > 0 && <AuditTable label={t('audit.title')} entries={entries} />}
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </Page>
  )
}

type Change = ReturnType<typeof useFilters<(typeof FILTERS)[number]>>

interface AuditFilterBarProps {
  filters: Change['filters']
  onChange: Change['change']
  onClear: Change['clear']
}

function AuditFilterBar({ filters, onChange, onClear }: AuditFilterBarProps) {
  const { t } = useTranslation('admin')
  const actionText = useActionText()
  const { data: actions = [] } = useQuery(actionsQuery)
  const chosen = filters.action
  const known = chosen && !actions.includes(chosen) ? [...actions, chosen] : actions
  const setActor = useCallback((actor: string | undefined) => onChange({ actor }), [onChange])
  const setTarget = useCallback((target: string | undefined) => onChange({ target }), [onChange])
  return (
    <Filters onClear={onClear}>
      <SearchFilter label={t('audit.actor')} hint={t('audit.actorHint')} value={filters.actor} onChange={setActor} />
      <SelectFilter
        label={t('audit.action')}
        value={chosen}
        options={known.map((action) => ({ value: action, label: actionText(action) }))}
        onChange={(action) => onChange({ action })}
      />
      <SearchFilter
        label={t('audit.target')}
        hint={t('audit.targetHint')}
        value={filters.target}
        onChange={setTarget}
      />
      <DayFilter label={t('audit.since')} value={filters.since} onChange={(since) => onChange({ since })} />
      <DayFilter label={t('audit.until')} value={filters.until} onChange={(until) => onChange({ until })} />
    </Filters>
  )
}
