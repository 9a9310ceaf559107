import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Mode } from '@/api/types'
import { Field } from '@/ui/Field'
import { Select } from '@/ui/Select'
import { TextArea } from '@/ui/TextArea'
import { modelsQuery } from '../queries'
import type { PromptForm } from './form'

const MODES: Mode[] = ['plan', 'ask', 'edit', 'full']

/** How a chat works that is begun with a prompt. */
export function SceneFields({ form, onChange }: { form: PromptForm; onChange: (part: Partial<PromptForm>) => void }) {
  const { t } = useTranslation(['prompts', 'agents'])
  const { data: models = [] } = useQuery(modelsQuery)
  const names = [...new Set([...models.map(({ name }) => name), ...(form.model ? [form.model] : [])])]
  return (
    <>
      <Field label={t('field.instructions')} hint={t('hint.instructions')}>
        {(attributes) => (
          <TextArea
            {...attributes}
            rows={4}
            maxLength={50_000}
            value={form.instructions}
            onChange={(event) => onChange({ instructions: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('field.model')}>
        {(attributes) => (
          <Select
            {...attributes}
            value={form.model}
            options={[{ value: '', label: t('anyModel') }, ...names.map((name) => ({ value: name, label: name }))]}
            onChange={(model) => onChange({ model })}
          />
        )}
      </Field>
      <Field label={t('field.mode')}>
        {(attributes) => (
          <Select<Mode | ''>
            {...attributes}
            value={form.mode}
            options={[
              { value: '', label: t('anyMode') },
              ...MODES.map((mode) => ({ value: mode, label: t(`agents:mode.${mode}.name`) })),
            ]}
            onChange={(mode) => onChange({ mode })}
          />
        )}
      </Field>
    </>
  )
}
