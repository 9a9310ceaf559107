import { useQuery } from '@tanstack/react-query'
import { Link, useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AccountFrame } from '@/features/accounts/AccountFrame'
import styles from '@/features/accounts/AccountFrame.module.css'
import { setupQuery } from '@/features/accounts/entering'
import { RegisterForm } from '@/features/accounts/RegisterForm'
import { safeNext } from '../guards'
import { Notice, Ways } from './EntranceParts'

export function RegisterPage() {
  const { t } = useTranslation('accounts')
  const { next } = useSearch({ strict: false })
  const { history } = useRouter()
  const { data: setup } = useQuery(setupQuery)
  const registration = setup?.needs_admin ? 'open' : (setup?.registration ?? 'open')
  const words = { open: t('register.text'), invite: t('register.invite'), closed: t('register.closed') }
  const done = () => history.push(safeNext(next))
  return (
    <AccountFrame notice={<Notice setup={setup} />} title={t('register.title')} text={words[registration]}>
      {registration === 'open' && <RegisterForm action={t('register.action')} onDone={done} />}
      {registration === 'open' && <Ways setup={setup} onDone={done} />}
      <p className={styles.aside}>
        {t('haveAccount')} <Link to="/sign-in">{t('signIn')}</Link>
      </p>
    </AccountFrame>
  )
}
