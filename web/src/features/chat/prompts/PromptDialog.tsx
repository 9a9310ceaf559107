import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Prompt } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { Fold } from '@/ui/Fold'
import { FormDialog } from '@/ui/FormDialog'
import { Input } from '@/ui/Input'
import { TextArea } from '@/ui/TextArea'
import { toast } from '@/ui/toast'
import { formOf, type PromptForm, wantedOf } from './form'
import styles from './Prompts.module.css'
import { savePrompt } from './queries'
import { SceneFields } from './SceneFields'

interface PromptDialogProps {
  /** To change where it has an id; else a new one that begins so. */
  prompt: Partial<Prompt> | null
  isAdmin: boolean
  onClose: () => void
}

/** A prompt to write, or to change. */
export function PromptDialog({ prompt, isAdmin, onClose }: PromptDialogProps) {
  const { t } = useTranslation('prompts')
  const [form, setForm] = useState(() => formOf(prompt))
  const [isUnfolded, unfold] = useState(form.instructions !== '' || form.model !== '' || form.mode !== '')
  const change = (part: Partial<PromptForm>) => setForm((now) => ({ ...now, ...part }))
  const save = useMutation({
    mutationFn: () => savePrompt(prompt?.id ?? null, wantedOf(form)),
    onSuccess: () => {
      toast(t('kept'))
      onClose()
    },
  })
  return (
    <FormDialog
      title={t(prompt?.id ? 'editTitle' : 'add')}
      action={t('keep')}
      onSubmit={() => save.mutate()}
      onClose={onClose}
      busy={save.isPending}
    >
      <Words form={form} onChange={change} />
      <Fold
        title={t('sceneTitle')}
        digest={t('sceneDigest')}
        wrong={false}
        open={isUnfolded}
        onToggle={() => unfold(!isUnfolded)}
      >
        <SceneFields form={form} onChange={change} />
      </Fold>
      {isAdmin && (
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={form.isShared}
            onChange={(event) => change({ isShared: event.target.checked })}
          />
          {t('isShared')}
        </label>
      )}
      {save.isError && <ErrorNotice error={save.error} />}
    </FormDialog>
  )
}

function Words({ form, onChange }: { form: PromptForm; onChange: (part: Partial<PromptForm>) => void }) {
  const { t } = useTranslation('prompts')
  const line = (name: 'title' | 'slash' | 'description' | 'tags', most: number, more: { required?: boolean } = {}) => (
    <Field label={t(`field.${name}`)} hint={name === 'title' ? undefined : t(`hint.${name}`)}>
      {(attributes) => (
        <Input
          {...attributes}
          {...more}
          data-autofocus={name === 'title' || undefined}
          autoComplete="off"
          maxLength={most}
          value={form[name]}
          onChange={(event) => onChange({ [name]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <>
      {line('title', 200, { required: true })}
      <Field
        label={t('field.text')}
        hint={t('hint.text', { place: '{{name}}', given: '{{name=default}}', braces: '\\{{' })}
      >
        {(attributes) => (
          <TextArea
            {...attributes}
            required
            rows={6}
            maxLength={50_000}
            value={form.text}
            onChange={(event) => onChange({ text: event.target.value })}
          />
        )}
      </Field>
      <div className={styles.pair}>
        {line('slash', 41)}
        {line('tags', 400)}
      </div>
      {line('description', 1000)}
    </>
  )
}
