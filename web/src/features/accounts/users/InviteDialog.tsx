import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewInvitation } from '@/api/types'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Field } from '@/ui/Field'
import { FormDialog } from '@/ui/FormDialog'
import { Input } from '@/ui/Input'
import { Segments } from '@/ui/Segments'
import { Select } from '@/ui/Select'
import { invite } from './queries'
import { ShownLink } from './ShownLink'
import styles from './UsersPanel.module.css'

const DAYS = ['1', '7', '30'] as const

/** A link that makes one account. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['people', 'common'])
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<'member' | 'admin'>('member')
  const [days, setDays] = useState<(typeof DAYS)[number]>('7')
  const make = useMutation({
    mutationFn: () => invite({ role, expires_in_days: Number(days), ...(email.trim() && { email: email.trim() }) }),
  })
  if (make.isSuccess) return <Made invitation={make.data} onClose={onClose} />
  return (
    <FormDialog
      title={t('invite.title')}
      action={t('invite.make')}
      onSubmit={() => make.mutate()}
      onClose={onClose}
      busy={make.isPending}
    >
      <Field label={t('invite.email')} hint={t('invite.emailHint')}>
        {(field) => (
          <Input
            {...field}
            type="email"
            autoFocus
            autoComplete="off"
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Segments
        label={t('role')}
        value={role}
        options={(['member', 'admin'] as const).map((value) => ({ value, label: t(`roles.${value}`) }))}
        onChange={setRole}
      />
      <p className={styles.note}>{t(`roleText.${role}`)}</p>
      <Field label={t('invite.days')}>
        {(field) => (
          <Select
            {...field}
            value={days}
            options={DAYS.map((value) => ({ value, label: t(`invite.daysOf.${value}`) }))}
            onChange={setDays}
          />
        )}
      </Field>
      {make.isError && <ErrorNotice error={make.error} />}
    </FormDialog>
  )
}

function Made({ invitation, onClose }: { invitation: NewInvitation; onClose: () => void }) {
  const { t } = useTranslation('people')
  return (
    <Dialog title={t('invite.madeTitle')} onClose={onClose}>
      <p>{t(invitation.is_mailed ? 'invite.mailed' : 'invite.made', { email: invitation.email })}</p>
      <ShownLink link={invitation.link} expiresAt={invitation.expires_at} />
      <div className={styles.buttons}>
        <Button type="primary" onClick={onClose}>
          {t('done')}
        </Button>
      </div>
    </Dialog>
  )
}
