import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Parameters } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { TextArea } from '@/ui/TextArea'
import { ParameterFields } from './ParameterFields'
import { parametersOf, typedOf, wrongIn } from './parameters'

const LONGEST = 50_000

/** What the model is told before every answer of a session, and what its calls are sent with. */
export interface Kept {
  instructions: string | null
  parameters: Parameters | null
}

export interface MannerProps {
  value: Kept
  onKeep: (kept: Kept) => Promise<void>
}

/** What holds for the whole session, to read and change. */
export function MannerDialog({ value, onKeep, onClose }: MannerProps & { onClose: () => void }) {
  const { t } = useTranslation('manner')
  const [text, setText] = useState(value.instructions ?? '')
  const [typed, setTyped] = useState(() => typedOf(value.parameters))
  const wrong = wrongIn(typed)
  const keep = useMutation({
    mutationFn: () => onKeep({ instructions: text.trim() === '' ? null : text, parameters: parametersOf(typed) }),
    onSuccess: onClose,
  })
  return (
    <FormDialog
      title={t('title')}
      action={t('keep')}
      onSubmit={() => {
        if (wrong.length === 0) keep.mutate()
      }}
      onClose={onClose}
      busy={keep.isPending}
      disabled={wrong.length > 0}
    >
      <Field label={t('instructions')} hint={t('instructionsHint')}>
        {(attributes) => (
          <TextArea
            {...attributes}
            rows={5}
            data-autofocus
            maxLength={LONGEST}
            value={text}
            placeholder={t('placeholder')}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <ParameterFields typed={typed} wrong={wrong} onChange={(part) => setTyped((now) => ({ ...now, ...part }))} />
      {keep.isError && <ErrorNotice error={keep.error} />}
    </FormDialog>
  )
}
