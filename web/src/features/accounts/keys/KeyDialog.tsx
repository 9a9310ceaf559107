import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { type SubmitEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiKey } from '@/api/types'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { toast } from '@/ui/toast'
import { KeyFields } from './KeyFields'
import styles from './KeysPanel.module.css'
import { NewKeyDialog } from './NewKeyDialog'
import { changeKey, createKey } from './queries'
import { addressesOf, changesOf, expiresAt, formOf, newKeyForm } from './wish'

/** Describe a key, then see it once, with programs ready to run. */
export function CreateKeyDialog({ exampleModel, onClose }: { exampleModel: string | null; onClose: () => void }) {
  const { t } = useTranslation(['settings', 'common'])
  const [form, setForm] = useState(newKeyForm)
  const create = useMutation({
    mutationFn: () =>
      createKey({
        name: form.name.trim(),
        scopes: form.scopes,
        expires_at: expiresAt(form, new Date()),
        allowed_addresses: addressesOf(form.addresses),
      }),
  })
  if (create.isSuccess) {
    return <NewKeyDialog title={t('keys.madeTitle')} made={create.data} exampleModel={exampleModel} onClose={onClose} />
  }
  const send = (event: SubmitEvent) => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <Dialog title={t('keys.create')} onClose={onClose}>
      <form className={styles.form} onSubmit={send}>
        <KeyFields isNew form={form} onChange={(part) => setForm({ ...form, ...part })} />
        {create.isError && <ErrorNotice error={create.error} />}
        <div className={styles.buttons}>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={create.isPending} disabled={form.scopes.length === 0}>
            {t('keys.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Its name, its end and where it may be used from can change; its secret and what it may do stay. */
export function ChangeKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation(['settings', 'common'])
  const [form, setForm] = useState(() => formOf(apiKey))
  const save = useMutation({
    mutationFn: () => changeKey(apiKey.id, changesOf(apiKey, form, new Date())),
    onSuccess: () => {
      toast(t('keys.saved'))
      onClose()
    },
  })
  const send = (event: SubmitEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Dialog title={t('keys.changeTitle', { name: apiKey.name })} onClose={onClose}>
      <form className={styles.form} onSubmit={send}>
        <KeyFields isNew={false} form={form} onChange={(part) => setForm({ ...form, ...part })} />
        {save.isError && <ErrorNotice error={save.error} />}
        <div className={styles.buttons}>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
