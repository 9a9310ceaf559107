import { DollarOutlined, EditOutlined, MoreOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { ModelEntry } from '@/api/types'
import { type Column, DataTable } from '@/ui/DataTable'
import { useFormat } from '@/ui/format'
import { MenuButton } from '@/ui/MenuButton'
import { Tag } from '@/ui/Tag'
import styles from './Models.module.css'
import { ShortPrice } from './RatesList'
import { isServed, ordered } from './said'

interface ModelTableProps {
  models: ModelEntry[]
  onEdit: (name: string) => void
  onPrices: (name: string) => void
}

const CAPABILITIES_SHOWN = 3

export function ModelTable({ models, onEdit, onPrices }: ModelTableProps) {
  const { t } = useTranslation('models')
  const columns: Column<ModelEntry>[] = [
    {
      key: 'name',
      title: t('model'),
      kind: 'name',
      render: (model) => <Name model={model} onEdit={() => onEdit(model.name)} />,
    },
    { key: 'channels', title: t('channels'), render: (model) => <Channels model={model} /> },
    { key: 'context', title: t('context'), kind: 'number', render: (model) => <Context model={model} /> },
    { key: 'price', title: t('price'), kind: 'number', render: ({ price }) => <ShortPrice price={price} /> },
    { key: 'can', title: t('can'), render: (model) => <Capabilities model={model} /> },
    {
      key: 'actions',
      title: t('actions'),
      kind: 'actions',
      render: ({ name }) => (
        <MenuButton
          label={t('menuOf', { name })}
          entries={[
            {
              key: 'edit',
              label: t('edit'),
              icon: <EditOutlined aria-hidden="true" />,
              onPick: () => onEdit(name),
            },
            {
              key: 'prices',
              label: t('prices'),
              icon: <DollarOutlined aria-hidden="true" />,
              onPick: () => onPrices(name),
            },
          ]}
        >
          <MoreOutlined aria-hidden="true" />
        </MenuButton>
      ),
    },
  ]
  return <DataTable label={t('title')} columns={columns} rows={models} rowKey={({ name }) => name} />
}

function Name({ model, onEdit }: { model: ModelEntry; onEdit: () => void }) {
  const { t } = useTranslation('models')
  return (
    <span className={styles.stack}>
      <span className={styles.tags}>
        <button type="button" className={styles.name} translate="no" onClick={onEdit}>
          {model.name}
        </button>
        {model.simulated && <Tag tone="warn">{t('simulated')}</Tag>}
        {!model.visible && <Tag>{t('hidden')}</Tag>}
        {!isServed(model) && <Tag tone="warn">{t('unserved')}</Tag>}
      </span>
      {model.sticky && <span className={styles.soft}>{t('sticky')}</span>}
      {model.fallbacks.length > 0 && (
        <span className={styles.soft}>
          {t('fallsBackTo')} <span translate="no">{model.fallbacks.join(', ')}</span>
        </span>
      )}
    </span>
  )
}

function Channels({ model }: { model: ModelEntry }) {
  if (model.channels.length === 0) return '–'
  return (
    <ul className={styles.plain} translate="no">
      {model.channels.map(({ channel_id, channel, enabled, upstream_model }) => (
        <li key={channel_id} className={enabled ? undefined : styles.off}>
          {channel}
          {upstream_model !== model.name && <span className={styles.soft}> {upstream_model}</span>}
        </li>
      ))}
    </ul>
  )
}

function Context({ model: { context_tokens, output_tokens } }: { model: ModelEntry }) {
  const { t } = useTranslation('models')
  const format = useFormat()
  if (context_tokens === null) return '–'
  return (
    <span className={styles.end}>
      <span>{format.count(context_tokens)}</span>
      {output_tokens !== null && (
        <span className={styles.soft}>{t('answer', { tokens: format.count(output_tokens) })}</span>
      )}
    </span>
  )
}

function Capabilities({ model }: { model: ModelEntry }) {
  const { t } = useTranslation('models')
  const capabilities = ordered(model.capabilities)
  if (capabilities.length === 0) return '–'
  const hidden = capabilities.slice(CAPABILITIES_SHOWN)
  return (
    <span className={styles.tags}>
      {capabilities.slice(0, CAPABILITIES_SHOWN).map((name) => (
        <Tag key={name}>{t(`capabilities.${name}`)}</Tag>
      ))}
      {hidden.length > 0 && (
        <span className={styles.soft} title={hidden.map((name) => t(`capabilities.${name}`)).join(', ')}>
          {t('moreCapabilities', { count: hidden.length })}
        </span>
      )}
    </span>
  )
}
