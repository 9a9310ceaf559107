import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { AccountFrame } from '@/features/accounts/AccountFrame'
import styles from '@/features/accounts/AccountFrame.module.css'
import { invitationQuery, setupQuery, signOut } from '@/features/accounts/entering'
import { ForgottenForm } from '@/features/accounts/ForgottenForm'
import { RegisterForm } from '@/features/accounts/RegisterForm'
import { ResetForm } from '@/features/accounts/ResetForm'
import { Button } from '@/ui/Button'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Skeleton } from '@/ui/Skeleton'
import { useUser } from '../useAccess'

/** Where an invitation leads: an account, for whoever holds the link. */
export function InvitationPage() {
  const { t } = useTranslation('accounts')
  const { token } = useParams({ from: '/invitation/$token' })
  const invitation = useQuery(invitationQuery(token))
  const user = useUser()
  const found = invitation.data
  const words =
    found && (found.state === 'open' ? invitedBy(t, found.invited_by) : t(`invitation.states.${found.state}`))
  return (
    <AccountFrame title={t('invitation.title')} text={words}>
      {invitation.isPending && <Skeleton className={styles.form} />}
      {invitation.isError && (
        <div className={styles.form}>
          <ErrorNotice error={invitation.error} onRetry={() => void invitation.refetch()} />
        </div>
      )}
      {found?.state === 'open' &&
        (user ? <SignedInAlready user={user} /> : <Accept token={token} email={found.email} />)}
      <p className={styles.aside}>
        {user ? (
          <Link to="/chat">{t('invitation.stay')}</Link>
        ) : (
          <>
            {t('haveAccount')} <Link to="/sign-in">{t('signIn')}</Link>
          </>
        )}
      </p>
    </AccountFrame>
  )
}

function invitedBy(t: TFunction<'accounts'>, name: string | null): string {
  return name ? t('invitation.text', { name }) : t('invitation.textPlain')
}

function Accept({ token, email }: { token: string; email: string | null }) {
  const { t } = useTranslation('accounts')
  const navigate = useNavigate()
  return (
    <RegisterForm
      action={t('invitation.action')}
      invitation={{ token, email }}
      onDone={() => void navigate({ to: '/chat' })}
    />
  )
}

/** One browser holds one sign-in: an invitation makes another account. */
function SignedInAlready({ user }: { user: User }) {
  const { t } = useTranslation('accounts')
  const leave = useMutation({ mutationFn: signOut })
  return (
    <div className={styles.form}>
      <p>{t('invitation.signedIn', { name: user.name })}</p>
      {leave.isError && <ErrorNotice error={leave.error} />}
      <Button block className={styles.action} loading={leave.isPending} onClick={() => leave.mutate()}>
        {t('invitation.signOut')}
      </Button>
    </div>
  )
}

/** Asks for a link to a new password. */
export function ForgottenPage() {
  const { t } = useTranslation('accounts')
  const { data: setup } = useQuery(setupQuery)
  const mailed = setup?.can_send_links ?? true
  return (
    <AccountFrame title={t('forgotten.title')} text={t(mailed ? 'forgotten.text' : 'forgotten.askAdmin')}>
      {mailed && <ForgottenForm />}
      <p className={styles.aside}>
        <Link to="/sign-in">{t('forgotten.back')}</Link>
      </p>
    </AccountFrame>
  )
}

/** Where that link leads. */
export function ResetPage() {
  const { t } = useTranslation('accounts')
  const { token } = useParams({ from: '/reset/$token' })
  const navigate = useNavigate()
  return (
    <AccountFrame title={t('reset.title')} text={t('reset.text')}>
      <ResetForm token={token} onDone={() => void navigate({ to: '/chat' })} />
      <p className={styles.aside}>
        <Link to="/forgotten">{t('reset.again')}</Link>
      </p>
    </AccountFrame>
  )
}
