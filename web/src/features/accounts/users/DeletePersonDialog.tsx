import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { toast } from '@/ui/toast'
import { deletePerson } from './queries'

/** Nothing of the person can be brought back, so the name is typed. */
export function DeletePersonDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const { t } = useTranslation('people')
  const [typed, setTyped] = useState('')
  const wanted = person.email ?? person.name
  return (
    <ConfirmDialog
      danger
      title={t('delete.title', { name: person.name })}
      action={t('delete.confirm')}
      disabled={typed.trim().toLowerCase() !== wanted.toLowerCase()}
      onConfirm={() => deletePerson(person.id)}
      onDone={() => toast(t('delete.done', { name: person.name }))}
      onClose={onClose}
    >
      <p>{t('delete.text')}</p>
      <Field label={t('delete.type', { wanted })}>
        {(field) => (
          <Input
            {...field}
            autoFocus
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
    </ConfirmDialog>
  )
}
