import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Prompt } from '@/api/types'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { TextArea } from '@/ui/TextArea'
import { defaultsOf } from './fill'

interface VariablesDialogProps {
  prompt: Prompt
  onFilled: (values: Record<string, string>) => void
  onClose: () => void
}

/** Asks for what a prompt leaves open. */
export function VariablesDialog({ prompt, onFilled, onClose }: VariablesDialogProps) {
  const { t } = useTranslation('prompts')
  const [values, setValues] = useState(() => defaultsOf(prompt))
  return (
    <FormDialog
      title={prompt.title}
      action={t('fill')}
      onSubmit={() => {
        onFilled(values)
        onClose()
      }}
      onClose={onClose}
      busy={false}
    >
      {prompt.variables.map(({ name, default: given }, index) => (
        <Field key={name} label={name}>
          {(attributes) => (
            <TextArea
              {...attributes}
              rows={2}
              data-autofocus={index === 0 || undefined}
              required={given === null}
              value={values[name] ?? ''}
              onChange={(event) => setValues((now) => ({ ...now, [name]: event.target.value }))}
            />
          )}
        </Field>
      ))}
    </FormDialog>
  )
}
