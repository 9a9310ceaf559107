import { ThunderboltOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AlertChannel, AlertTest } from '@/api/types'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { FormDialog } from '@/ui/FormDialog'
import { toast } from '@/ui/toast'
import styles from './Alerts.module.css'
import { ChannelFields } from './ChannelFields'
import { type ChannelForm, channelChange, channelWanted, formFromChannel, type Missing, missingIn } from './channel'
import { changeChannel, createChannel, tryChannel } from './queries'
import { useReason } from './reason'

/** A channel to add, with a test before it is kept, or to change. */
export function ChannelDialog({ channel, onClose }: { channel: AlertChannel | null; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'common'])
  const [form, setForm] = useState<ChannelForm>(() => formFromChannel(channel, t('alerts.kinds.in_app')))
  const [tried, setTried] = useState(false)
  const missing = missingIn(form, channel)
  const test = useMutation({ mutationFn: () => tryChannel(channelWanted(form)) })
  const save = useMutation({
    mutationFn: () => (channel ? changeChannel(channel.id, channelChange(form)) : createChannel(channelWanted(form))),
    onSuccess: (saved) => {
      toast(t('alerts.channelSaved', { name: saved.name }))
      onClose()
    },
  })
  const change = (part: Partial<ChannelForm>) => {
    test.reset()
    setForm((now) => ({ ...now, ...part }))
  }
  const ifComplete = (work: () => void) => {
    setTried(true)
    if (missing.size === 0) work()
  }
  return (
    <FormDialog
      title={t(channel ? 'alerts.editChannel' : 'alerts.addChannel')}
      action={t(channel ? 'save' : 'alerts.addChannel')}
      onSubmit={() => ifComplete(() => save.mutate())}
      onClose={onClose}
      busy={save.isPending}
      noValidate
      aside={
        !channel && (
          <Button
            icon={<ThunderboltOutlined aria-hidden="true" />}
            loading={test.isPending}
            onClick={() => ifComplete(() => test.mutate())}
          >
            {t('alerts.sendTest')}
          </Button>
        )
      }
    >
      <ChannelFields form={form} stored={channel} missing={tried ? missing : new Set<Missing>()} onChange={change} />
      {test.isSuccess && <TestOutcome outcome={test.data} />}
      {(test.isError || save.isError) && <ErrorNotice error={save.error ?? test.error} />}
    </FormDialog>
  )
}

function TestOutcome({ outcome: { ok, code, message } }: { outcome: AlertTest }) {
  const { t } = useTranslation('admin')
  const reason = useReason()
  if (ok) {
    return (
      <p className={styles.good} role="status">
        {t('alerts.testArrived')}
      </p>
    )
  }
  return (
    <p className={styles.bad} role="alert">
      {t('alerts.testFailed', { message: reason(code, message) })}
    </p>
  )
}
