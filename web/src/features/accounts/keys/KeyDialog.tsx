import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ApiKey, ApiKeyChange } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { FormDialog } from '@/ui/FormDialog'
import { toast } from '@/ui/toast'
import { limitProblems } from '../limits/limits'
import { KeyFields } from './KeyFields'
import { NewKeyDialog } from './NewKeyDialog'
import { createKey } from './queries'
import { callsModels, changesOf, formOf, type KeyForm, newKeyForm, wantedOf } from './wish'

/** Describe a key, then see it once, with programs ready to run. */
export function CreateKeyDialog({ models, onClose }: { models: string[]; onClose: () => void }) {
  const { t } = useTranslation(['settings', 'common'])
  const [form, setForm] = useState(newKeyForm)
  const create = useMutation({ mutationFn: () => createKey(wantedOf(form, new Date())) })
  if (create.isSuccess) {
    return (
      <NewKeyDialog
        title={t('keys.madeTitle')}
        made={create.data}
        exampleModel={exampleOf(create.data, models)}
        onClose={onClose}
      />
    )
  }
  return (
    <FormDialog
      title={t('keys.create')}
      action={t('keys.create')}
      onSubmit={() => create.mutate()}
      onClose={onClose}
      busy={create.isPending}
      disabled={form.scopes.length === 0 || isWrong(form)}
    >
      <KeyFields isNew form={form} models={models} onChange={(part) => setForm((before) => ({ ...before, ...part }))} />
      {create.isError && <ErrorNotice error={create.error} />}
    </FormDialog>
  )
}

interface ChangeKeyDialogProps {
  apiKey: ApiKey
  models: string[]
  onSave: (change: ApiKeyChange) => Promise<ApiKey>
  onClose: () => void
}

/** Everything but its secret and what it may do can change. */
export function ChangeKeyDialog({ apiKey, models, onSave, onClose }: ChangeKeyDialogProps) {
  const { t } = useTranslation(['settings', 'common'])
  const [form, setForm] = useState(() => formOf(apiKey))
  const save = useMutation({
    mutationFn: () => onSave(changesOf(apiKey, form, new Date())),
    onSuccess: () => {
      toast(t('keys.saved'))
      onClose()
    },
  })
  return (
    <FormDialog
      title={t('keys.changeTitle', { name: apiKey.name })}
      action={t('save')}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      busy={save.isPending}
      disabled={isWrong(form)}
    >
      <KeyFields
        isNew={false}
        form={form}
        models={models}
        onChange={(part) => setForm((before) => ({ ...before, ...part }))}
      />
      {save.isError && <ErrorNotice error={save.error} />}
    </FormDialog>
  )
}

function isWrong(form: KeyForm): boolean {
  return callsModels(form) && limitProblems(form.limits).size > 0
}

/** A model that the key may call, for the first program. */
function exampleOf(key: ApiKey, models: string[]): string | null {
  return key.models[0] ?? models[0] ?? null
}
