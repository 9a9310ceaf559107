import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Invitation } from '@/api/types'
import { Button } from '@/ui/Button'
import { type Column, DataTable } from '@/ui/DataTable'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Section } from '@/ui/Section'
import { Tag } from '@/ui/Tag'
import { Time } from '@/ui/Time'
import { toast } from '@/ui/toast'
import { invitationsQuery, withdraw } from './queries'

/** Invitations that nobody has used yet; not there when there are none. */
export function Invitations() {
  const { t } = useTranslation('people')
  const invitations = useQuery(invitationsQuery)
  const columns: Column<Invitation>[] = [
    {
      key: 'email',
      title: t('invite.for'),
      kind: 'name',
      render: (invitation) => invitation.email ?? t('invite.anyone'),
    },
    {
      key: 'role',
      title: t('role'),
      render: ({ role }) => <Tag tone={role === 'admin' ? 'accent' : 'plain'}>{t(`roles.${role}`)}</Tag>,
    },
    { key: 'by', title: t('invite.by'), render: (invitation) => invitation.invited_by ?? '–' },
    {
      key: 'until',
      title: t('invite.until'),
      render: (invitation) => <Time at={invitation.expires_at} withClock />,
    },
    {
      key: 'actions',
      title: t('actions'),
      kind: 'actions',
      render: (invitation) => <WithdrawButton invitation={invitation} />,
    },
  ]
  if (invitations.isError) {
    return <ErrorNotice error={invitations.error} onRetry={() => void invitations.refetch()} />
  }
  const open = invitations.data?.items.filter(({ state }) => state === 'open') ?? []
  if (open.length === 0) return null
  return (
    <Section bare title={t('invite.open')} text={t('invite.openText')}>
      <DataTable label={t('invite.open')} columns={columns} rows={open} rowKey={(invitation) => invitation.id} />
    </Section>
  )
}

function WithdrawButton({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation('people')
  const end = useMutation({ mutationFn: () => withdraw(invitation.id), onSuccess: () => toast(t('invite.withdrawn')) })
  return (
    <>
      <Button
        size="small"
        danger
        loading={end.isPending}
        aria-label={t('invite.withdrawOf', { name: invitation.email ?? t('invite.anyone') })}
        onClick={() => end.mutate()}
      >
        {t('invite.withdraw')}
      </Button>
      {end.isError && <ErrorNotice error={end.error} />}
    </>
  )
}
