import { useQuery } from '@tanstack/react-query'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AccountFrame } from '@/features/accounts/AccountFrame'
import styles from '@/features/accounts/AccountFrame.module.css'
import { setupQuery } from '@/features/accounts/queries'
import { SignInForm } from '@/features/accounts/SignInForm'
import { safeNext } from '../guards'

export function SignInPage() {
  const { t } = useTranslation('accounts')
  const { next } = useSearch({ strict: false })
  const { history } = useRouter()
  const { data: setup } = useQuery(setupQuery)
  return (
    <AccountFrame title={t('signIn')} text={t('signInText')}>
      <SignInForm onDone={() => history.push(safeNext(next))} />
      {setup?.registration_open && (
        <p className={styles.aside}>
          {t('noAccount')}{' '}
          <Link to="/register" search={next ? { next } : {}}>
            {t('register.title')}
          </Link>
        </p>
      )}
    </AccountFrame>
  )
}
