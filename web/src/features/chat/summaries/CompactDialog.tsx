import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Session } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { TextArea } from '@/ui/TextArea'
import { compact } from './summaries'

const LONGEST = 4_000

/** Says what summing up does, and asks what to keep in mind. */
export function CompactDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const { t } = useTranslation('sessions')
  const [note, setNote] = useState('')
  const begin = useMutation({ mutationFn: () => compact(session.id, { note: note.trim() }), onSuccess: onClose })
  return (
    <FormDialog
      title={t('compact.title')}
      action={t('compact.begin')}
      onSubmit={() => begin.mutate()}
      onClose={onClose}
      busy={begin.isPending}
    >
      <p>{t('compact.text')}</p>
      <Field label={t('compact.note')}>
        {(attributes) => (
          <TextArea
            {...attributes}
            rows={3}
            data-autofocus
            maxLength={LONGEST}
            value={note}
            placeholder={t('compact.placeholder')}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      {begin.isError && <ErrorNotice error={begin.error} />}
    </FormDialog>
  )
}
