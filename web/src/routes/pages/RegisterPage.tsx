import { useQuery } from '@tanstack/react-query'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AccountFrame } from '@/features/accounts/AccountFrame'
import styles from '@/features/accounts/AccountFrame.module.css'
import { setupQuery } from '@/features/accounts/queries'
import { RegisterForm } from '@/features/accounts/RegisterForm'
import { safeNext } from '../guards'

export function RegisterPage() {
  const { t } = useTranslation('accounts')
  const { next } = useSearch({ strict: false })
  const { history } = useRouter()
  const { data: setup } = useQuery(setupQuery)
  const closed = setup && !setup.registration_open && !setup.needs_admin
  return (
    <AccountFrame title={t('register.title')} text={closed ? t('register.closed') : t('register.text')}>
      {!closed && <RegisterForm action={t('register.action')} onDone={() => history.push(safeNext(next))} />}
      <p className={styles.aside}>
        {t('haveAccount')} <Link to="/sign-in">{t('signIn')}</Link>
      </p>
    </AccountFrame>
  )
}
