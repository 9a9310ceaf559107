import { useMutation } from '@tanstack/react-query'
import { Switch } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelEntry } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { Input } from '@/ui/Input'
import { toast } from '@/ui/toast'
import { CapabilitiesField } from './CapabilitiesField'
import { FallbacksField } from './FallbacksField'
import styles from './Models.module.css'
import { describeModel } from './queries'
import { formOf, type SaidForm, tokensOf, wantedOf } from './said'

interface ModelDialogProps {
  model: ModelEntry
  all: ModelEntry[]
  onClose: () => void
}

/** Who sees a model, what it can do, and what stands in for it. */
export function ModelDialog({ model, all, onClose }: ModelDialogProps) {
  const { t } = useTranslation(['models', 'common'])
  const [form, setForm] = useState(() => formOf(model))
  const change = (part: Partial<SaidForm>) => setForm((now) => ({ ...now, ...part }))
  const wanted = wantedOf(form)
  const save = useMutation({
    mutationFn: async () => {
      if (wanted) await describeModel(model.name, wanted)
    },
    onSuccess: () => {
      toast(t('saved', { name: model.name }))
      onClose()
    },
  })
  return (
    <FormDialog
      title={t('editTitle', { name: model.name })}
      action={t('save')}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      busy={save.isPending}
      disabled={wanted === null}
    >
      <SwitchField
        label={t('visible')}
        hint={t('visibleHint')}
        checked={form.visible}
        onChange={(visible) => change({ visible })}
      />
      <div className={styles.pair}>
        <TokensField
          label={t('context')}
          value={form.context}
          known={model.known?.context_tokens ?? null}
          onChange={(context) => change({ context })}
        />
        <TokensField
          label={t('output')}
          value={form.output}
          known={model.known?.output_tokens ?? null}
          onChange={(output) => change({ output })}
        />
      </div>
      <CapabilitiesField
        value={form.capabilities}
        known={model.known?.capabilities ?? []}
        onChange={(capabilities) => change({ capabilities })}
      />
      <FallbacksField
        value={form.fallbacks}
        others={all.map(({ name }) => name).filter((name) => name !== model.name)}
        onChange={(fallbacks) => change({ fallbacks })}
      />
      <SwitchField
        label={t('sticky')}
        hint={t('stickyHint')}
        checked={form.sticky}
        onChange={(sticky) => change({ sticky })}
      />
      {save.isError && <ErrorNotice error={save.error} />}
    </FormDialog>
  )
}

interface SwitchFieldProps {
  label: string
  hint: string
  checked: boolean
  onChange: (checked: boolean) => void
}

function SwitchField({ label, hint, checked, onChange }: SwitchFieldProps) {
  const id = useId()
  return (
    <div className={styles.switch}>
      <Switch id={id} checked={checked} onChange={onChange} />
      <label htmlFor={id}>
        {label}
        <span className={styles.hint}>{hint}</span>
      </label>
    </div>
  )
}

interface TokensFieldProps {
  label: string
  value: string
  known: number | null
  onChange: (value: string) => void
}

function TokensField({ label, value, known, onChange }: TokensFieldProps) {
  const { t } = useTranslation('models')
  const error = tokensOf(value) === undefined ? t('tokensWrong') : null
  return (
    <Field label={label} error={error} hint={known === null ? t('tokensUnknown') : t('tokensKnown')}>
      {(attributes) => (
        <Input
          {...attributes}
          inputMode="numeric"
          autoComplete="off"
          value={value}
          placeholder={known === null ? '' : String(known)}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
