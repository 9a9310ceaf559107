import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { Segments } from '@/ui/Segments'
import { toast } from '@/ui/toast'
import { changePerson } from './queries'

/** What somebody may do in the hall. */
export function RoleDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const { t } = useTranslation('people')
  const [role, setRole] = useState(person.role === 'admin' ? ('admin' as const) : ('member' as const))
  return (
    <ConfirmDialog
      title={t('roleTitle', { name: person.name })}
      action={t('roleSave')}
      disabled={role === person.role}
      onConfirm={() => changePerson(person.id, { role })}
      onDone={() => toast(t('roleSaved', { name: person.name, role: t(`roles.${role}`) }))}
      onClose={onClose}
    >
      <Segments
        label={t('role')}
        value={role}
        options={(['member', 'admin'] as const).map((value) => ({ value, label: t(`roles.${value}`) }))}
        onChange={setRole}
      />
      <p>{t(`roleText.${role}`)}</p>
    </ConfirmDialog>
  )
}
