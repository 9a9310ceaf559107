import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'

interface NameDialogProps {
  title: string
  action: string
  name?: string
  onName: (name: string) => Promise<unknown>
  onClose: () => void
}

/** Asks what a workspace is to be called. */
export function NameDialog({ title, action, name: first = '', onName, onClose }: NameDialogProps) {
  const { t } = useTranslation('workspaces')
  const [name, setName] = useState(first)
  const wanted = name.trim()
  return (
    <ConfirmDialog
      title={title}
      action={action}
      disabled={wanted === ''}
      onConfirm={() => onName(wanted)}
      onClose={onClose}
    >
      <Field label={t('name')} hint={t('nameHint')}>
        {(attributes) => (
          <Input
            {...attributes}
            data-autofocus
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
    </ConfirmDialog>
  )
}
