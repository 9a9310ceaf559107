import { ThunderboltOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Channel, Preset } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Skeleton } from '@/ui/Skeleton'
import styles from './ChannelEditor.module.css'
import { ChannelFields } from './ChannelFields'
import { KeyField, KeysField } from './KeysField'
import { ModelsField } from './ModelsField'
import { MoreSettings } from './MoreSettings'
import { PresetPicker } from './PresetPicker'
import { fetchModels, fetchModelsOf, presetsQuery } from './queries'
import { RefusedNotice } from './RefusedNotice'
import { standingOf } from './standing'
import { TestResult } from './TestResult'
import { type ChannelEditing, useChannelEditor } from './useChannelEditor'
import { useFieldWords } from './useFieldWords'
import { type ChannelForm, draftWanted } from './wanted'

interface ChannelEditorProps {
  /** The channel to change; absent for a new one. */
  channel?: Channel
  action: string
  onDone: () => void
  onCancel?: () => void
}

/** Provider, address, key, models, and whatever else a channel can have; a test before anything is kept. */
export function ChannelEditor(props: ChannelEditorProps) {
  const presets = useQuery(presetsQuery)
  if (presets.isPending) return <Skeleton />
  if (presets.isError) return <ErrorNotice error={presets.error} onRetry={() => void presets.refetch()} />
  return <Editor {...props} presets={presets.data} />
}

function Editor({ channel, action, onDone, onCancel, presets }: ChannelEditorProps & { presets: Preset[] }) {
  const element = useRef<HTMLFormElement>(null)
  const editing = useChannelEditor({ channel, presets, element, onDone })
  const { form, pick, submit } = editing
  return (
    <form
      ref={element}
      className={styles.editor}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {channel && standingOf(channel) === 'refused' && <RefusedNotice channel={channel} />}
      {!channel && <PresetPicker presets={presets} kind={form?.kind ?? null} onPick={pick} />}
      {form && (
        <>
          <Parts channel={channel} editing={editing} form={form} />
          <Outcome editing={editing} />
          <Buttons editing={editing} action={action} onCancel={onCancel} />
        </>
      )}
    </form>
  )
}

interface PartsProps {
  channel: Channel | undefined
  editing: ChannelEditing
  form: ChannelForm
}

function Parts({ channel, editing, form }: PartsProps) {
  const { preset, change, opened, toggle } = editing
  const wrong = useFieldWords(editing)
  const isAsStored = Boolean(
    channel && form.api_key.trim() === '' && form.kind === channel.kind && form.base_url.trim() === channel.base_url,
  )
  return (
    <>
      <ChannelFields form={form} preset={preset} wrong={wrong} onChange={change}>
        {!channel && <KeyField value={form.api_key} error={wrong('api_key')} onChange={change} />}
      </ChannelFields>
      {channel && (
        <KeysField
          channel={channel}
          typed={form.api_key}
          error={wrong('api_key')}
          onType={(api_key) => change({ api_key })}
        />
      )}
      <ModelsField
        key={form.kind}
        value={form.models}
        error={wrong('models')}
        onChange={(models) => change({ models })}
        onFetch={() => (channel && isAsStored ? fetchModelsOf(channel.id) : fetchModels(draftWanted(form)))}
        lacksKey={Boolean(channel && !isAsStored && channel.keys.length > 0 && form.api_key.trim() === '')}
      />
      <MoreSettings form={form} isNew={!channel} opened={opened} wrong={wrong} onToggle={toggle} onChange={change} />
    </>
  )
}

function Outcome({ editing: { test, error } }: { editing: ChannelEditing }) {
  return (
    <>
      {test.isSuccess && <TestResult result={test.data} />}
      {error && <ErrorNotice error={error} />}
    </>
  )
}

interface ButtonsProps {
  editing: ChannelEditing
  action: string
  onCancel: (() => void) | undefined
}

function Buttons({ editing: { test, save, savesFirst, run }, action, onCancel }: ButtonsProps) {
  const { t } = useTranslation(['gateway', 'common'])
  return (
    <div className={styles.buttons}>
      <Button icon={<ThunderboltOutlined aria-hidden="true" />} loading={test.isPending} onClick={run}>
        {t(savesFirst ? 'test.saveAndRun' : 'test.run')}
      </Button>
      <span className={styles.gap} />
      {onCancel && <Button onClick={onCancel}>{t('common:cancel')}</Button>}
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {action}
      </Button>
    </div>
  )
}
