import { ThunderboltOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Channel, ChannelTest } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import styles from './ChannelEditor.module.css'
import { ChannelFields } from './ChannelFields'
import { ModelsField } from './ModelsField'
import { PresetPicker } from './PresetPicker'
import { changeChannel, createChannel, fetchModels, presetsQuery, testChannel, tryChannel } from './queries'
import { TestResult } from './TestResult'
import { type ChannelForm, channelWanted, connection, formFromChannel, formFromPreset } from './wanted'

interface ChannelEditorProps {
  /** The channel to change; absent for a new one. */
  channel?: Channel
  action: string
  onDone: () => void
  onCancel?: () => void
}

/** Provider, address, key, models; a test before anything is kept. */
export function ChannelEditor({ channel, action, onDone, onCancel }: ChannelEditorProps) {
  const { t } = useTranslation(['gateway', 'common'])
  const presets = useQuery(presetsQuery)
  const [form, setForm] = useState<ChannelForm | null>(channel ? formFromChannel(channel) : null)
  const { save, test } = useChannelWork(channel, onDone)
  const change = (part: Partial<ChannelForm>) => {
    test.reset()
    setForm((now) => now && { ...now, ...part })
  }
  if (presets.isPending) return <Skeleton active />
  if (presets.isError) return <ErrorNotice error={presets.error} onRetry={() => void presets.refetch()} />
  const savesFirst = channel && form && isEdited(channel, form) && needsStoredKey(channel, form)
  const preset = presets.data.find((one) => one.kind === form?.kind)
  return (
    <form
      className={styles.editor}
      onSubmit={(event) => {
        event.preventDefault()
        if (form) save.mutate(form)
      }}
    >
      {!channel && (
        <PresetPicker
          presets={presets.data}
          kind={form?.kind ?? null}
          onPick={(picked) => {
            test.reset()
            save.reset()
            setForm(formFromPreset(picked))
          }}
        />
      )}
      {form && (
        <>
          <ChannelFields form={form} preset={preset} last4={channel?.api_key_last4 ?? null} onChange={change} />
          <ModelsField
            key={form.kind}
            value={form.models}
            onChange={(models) => change({ models })}
            onFetch={() => fetchModels(connection(form))}
          />
          {test.isSuccess && <TestResult result={test.data} />}
          {(test.isError || save.isError) && <ErrorNotice error={save.error ?? test.error} />}
          <div className={styles.buttons}>
            <Button
              icon={<ThunderboltOutlined aria-hidden="true" />}
              loading={test.isPending}
              onClick={() => test.mutate(form)}
            >
              {t(savesFirst ? 'test.saveAndRun' : 'test.run')}
            </Button>
            <span className={styles.gap} />
            {onCancel && <Button onClick={onCancel}>{t('common:cancel')}</Button>}
            <Button type="primary" htmlType="submit" loading={save.isPending} disabled={form.models.length === 0}>
              {action}
            </Button>
          </div>
        </>
      )}
    </form>
  )
}

function useChannelWork(channel: Channel | undefined, onDone: () => void) {
  const save = useMutation({
    mutationFn: (form: ChannelForm) =>
      channel ? changeChannel(channel.id, changes(form)) : createChannel(channelWanted(form)),
    onSuccess: onDone,
  })
  const test = useMutation({
    mutationFn: (form: ChannelForm): Promise<ChannelTest> => runTest(channel, form),
  })
  return { save, test }
}

/** Only the server knows a stored key, so what is to be tested with it is stored first. */
async function runTest(channel: Channel | undefined, form: ChannelForm): Promise<ChannelTest> {
  if (!channel || (isEdited(channel, form) && !needsStoredKey(channel, form))) return tryChannel(channelWanted(form))
  if (isEdited(channel, form)) await changeChannel(channel.id, changes(form))
  return testChannel(channel.id)
}

function needsStoredKey(channel: Channel, form: ChannelForm): boolean {
  return channel.api_key_last4 !== null && form.api_key === ''
}

/** The kind of a channel never changes, and whether it is on is not for this form to say. */
function changes(form: ChannelForm) {
  const { kind: _kind, enabled: _enabled, ...rest } = channelWanted(form)
  return rest
}

function isEdited(channel: Channel, form: ChannelForm): boolean {
  return JSON.stringify(formFromChannel(channel)) !== JSON.stringify(form)
}
