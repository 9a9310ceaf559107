import { CloseOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { DayFilter, Filters, SearchFilter, SelectFilter } from '@/ui/Filters'
import type { useFilters } from '@/ui/useFilters'
import { channelsQuery } from '../channels/queries'
import styles from './Calls.module.css'
import { ENDPOINTS, type FILTERS, OUTCOMES, PICKED } from './filters'

type Change = ReturnType<typeof useFilters<(typeof FILTERS)[number]>>

const RARE = ['endpoint', 'stream', 'text', 'since', 'until'] as const

interface CallFilterBarProps {
  filters: Change['filters']
  onChange: Change['change']
  onClear: Change['clear']
  isAdmin: boolean
}

/** What the log of calls is narrowed by. */
export function CallFilterBar({ filters, onChange, onClear, isAdmin }: CallFilterBarProps) {
  const { t } = useTranslation('calls')
  const setModel = useCallback((model: string | undefined) => onChange({ model }), [onChange])
  const setRequest = useCallback((request: string | undefined) => onChange({ request }), [onChange])
  const [all, setAll] = useState(RARE.some((name) => filters[name] !== undefined))
  return (
    <>
      <Filters onClear={onClear}>
        <SelectFilter
          label={t('status')}
          value={filters.outcome}
          options={OUTCOMES.map((value) => ({ value, label: t(`outcomes.${value}`) }))}
          onChange={(outcome) => onChange({ outcome })}
        />
        <SearchFilter label={t('model')} hint={t('modelHint')} value={filters.model} onChange={setModel} />
        {isAdmin && <ChannelFilter value={filters.channel_id} onChange={(channel_id) => onChange({ channel_id })} />}
        <SearchFilter label={t('request')} hint={t('requestHint')} value={filters.request} onChange={setRequest} />
        <Button type="text" aria-expanded={all} onClick={() => setAll(!all)}>
          {t(all ? 'fewerFilters' : 'moreFilters')}
        </Button>
        {all && <RareFilters filters={filters} onChange={onChange} />}
      </Filters>
      <Picked filters={filters} onChange={onChange} />
    </>
  )
}

function RareFilters({ filters, onChange }: Pick<CallFilterBarProps, 'filters' | 'onChange'>) {
  const { t } = useTranslation('calls')
  const setText = useCallback((text: string | undefined) => onChange({ text }), [onChange])
  return (
    <>
      <SelectFilter
        label={t('endpoint')}
        value={filters.endpoint}
        options={ENDPOINTS.map((value) => ({ value, label: value.replace('/v1/', '') }))}
        onChange={(endpoint) => onChange({ endpoint })}
      />
      <SelectFilter
        label={t('stream')}
        value={filters.stream}
        options={[
          { value: 'yes', label: t('streamed') },
          { value: 'no', label: t('whole') },
        ]}
        onChange={(stream) => onChange({ stream })}
      />
      <SearchFilter label={t('errorText')} hint={t('errorTextHint')} value={filters.text} onChange={setText} />
      <DayFilter label={t('since')} value={filters.since} onChange={(since) => onChange({ since })} />
      <DayFilter label={t('until')} value={filters.until} onChange={(until) => onChange({ until })} />
    </>
  )
}

function ChannelFilter({ value, onChange }: { value: string | undefined; onChange: (id: string | undefined) => void }) {
  const { t } = useTranslation('calls')
  const { data } = useInfiniteQuery(channelsQuery)
  const channels = data?.pages.flatMap((page) => page.items) ?? []
  const options = channels.map(({ id, name }) => ({ value: id, label: name }))
  const isKnown = !value || options.some((option) => option.value === value)
  return (
    <SelectFilter
      label={t('channel')}
      value={value}
      options={isKnown ? options : [...options, { value, label: value }]}
      onChange={onChange}
    />
  )
}

/** What was picked from a call, each with a way to let go of it. */
function Picked({ filters, onChange }: Pick<CallFilterBarProps, 'filters' | 'onChange'>) {
  const { t } = useTranslation('calls')
  const picked = PICKED.filter((name) => filters[name] !== undefined)
  if (picked.length === 0) return null
  return (
    <ul className={styles.picked} aria-label={t('picked')}>
      {picked.map((name) => (
        <li key={name}>
          <Button
            size="small"
            aria-label={t('letGo', { name: t(`pickedOf.${name}`) })}
            onClick={() => onChange({ [name]: undefined })}
          >
            {t(`pickedOf.${name}`)}: {filters[name]}
            <CloseOutlined aria-hidden="true" />
          </Button>
        </li>
      ))}
    </ul>
  )
}
