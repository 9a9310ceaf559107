import { useQuery } from '@tanstack/react-query'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/errors'
import { AccountFrame } from '@/features/accounts/AccountFrame'
import styles from '@/features/accounts/AccountFrame.module.css'
import { setupQuery } from '@/features/accounts/entering'
import { Refusal } from '@/features/accounts/Refusal'
import { SignInForm } from '@/features/accounts/SignInForm'
import { safeNext } from '../guards'
import { Notice, Ways } from './EntranceParts'

export function SignInPage() {
  const { t } = useTranslation('accounts')
  const { next, error } = useSearch({ from: '/entrance/sign-in' })
  const { history } = useRouter()
  const { data: setup } = useQuery(setupQuery)
  const done = () => history.push(safeNext(next))
  return (
    <AccountFrame notice={<Notice setup={setup} />} title={t('signIn')} text={t('signInText')}>
      {error && (
        <div className={styles.form}>
          <Refusal error={new ApiError(0, error, t('refused'))} wait={0} />
        </div>
      )}
      <SignInForm onDone={done} />
      <Ways setup={setup} onDone={done} />
      {setup?.registration === 'open' && (
        <p className={styles.aside}>
          {t('noAccount')}{' '}
          <Link to="/register" search={next ? { next } : {}}>
            {t('register.title')}
          </Link>
        </p>
      )}
      {setup?.registration === 'invite' && <p className={styles.aside}>{t('byInvitation')}</p>}
    </AccountFrame>
  )
}
