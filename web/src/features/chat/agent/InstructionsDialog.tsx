import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { TextArea } from '@/ui/TextArea'

const LONGEST = 50_000

export interface InstructionsProps {
  value: string | null
  onKeep: (instructions: string | null) => Promise<void>
}

/** What holds for the whole session, to read and change. */
export function InstructionsDialog({ value, onKeep, onClose }: InstructionsProps & { onClose: () => void }) {
  const { t } = useTranslation(['agents', 'common'])
  const [text, setText] = useState(value ?? '')
  const keep = useMutation({ mutationFn: () => onKeep(text.trim() === '' ? null : text), onSuccess: onClose })
  return (
    <FormDialog
      title={t('instructions.title')}
      action={t('instructions.keep')}
      onSubmit={() => keep.mutate()}
      onClose={onClose}
      busy={keep.isPending}
    >
      <Field label={t('instructions.label')} hint={t('instructions.hint')}>
        {(attributes) => (
          <TextArea
            {...attributes}
            rows={8}
            autoFocus
            maxLength={LONGEST}
            value={text}
            placeholder={t('instructions.placeholder')}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      {keep.isError && <ErrorNotice error={keep.error} />}
    </FormDialog>
  )
}
