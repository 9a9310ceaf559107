import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { toast } from '@/ui/toast'
import { changePerson } from './queries'

/** Keep somebody out for now, or let them in again. */
export function StateDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const { t } = useTranslation('people')
  const kind = person.state === 'active' ? 'disable' : 'enable'
  return (
    <ConfirmDialog
      danger={kind === 'disable'}
      title={t(`${kind}.title`, { name: person.name })}
      action={t(`${kind}.action`)}
      onConfirm={() => changePerson(person.id, { state: kind === 'disable' ? 'disabled' : 'active' })}
      onDone={() => toast(t(`${kind}.done`, { name: person.name }))}
      onClose={onClose}
    >
      <p>{t(`${kind}.text`)}</p>
    </ConfirmDialog>
  )
}
