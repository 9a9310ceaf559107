import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { Input } from '@/ui/Input'
import { createWorkspace } from './workspaces'

/** A workspace made on the way, and chosen at once. */
export function NewWorkspaceDialog({ onMade, onClose }: { onMade: (id: string) => void; onClose: () => void }) {
  const { t } = useTranslation(['agents', 'common'])
  const [name, setName] = useState('')
  const make = useMutation({
    mutationFn: () => createWorkspace(name.trim()),
    onSuccess: (made) => {
      onMade(made.id)
      onClose()
    },
  })
  return (
    <FormDialog
      title={t('workspace.makeTitle')}
      action={t('workspace.makeTitle')}
      onSubmit={() => make.mutate()}
      onClose={onClose}
      busy={make.isPending}
      disabled={name.trim() === ''}
    >
      <Field label={t('workspace.name')} hint={t('workspace.nameHint')}>
        {(attributes) => (
          <Input
            {...attributes}
            required
            autoFocus
            autoComplete="off"
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      {make.isError && <ErrorNotice error={make.error} />}
    </FormDialog>
  )
}
