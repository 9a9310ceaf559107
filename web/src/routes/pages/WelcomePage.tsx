import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AccountFrame } from '@/features/accounts/AccountFrame'
import { RegisterForm } from '@/features/accounts/RegisterForm'
import { Steps } from '../shell/Steps'

/** The very first visit: the first account, then a model. */
export function WelcomePage() {
  const { t } = useTranslation('accounts')
  const navigate = useNavigate()
  return (
    <AccountFrame title={t('welcome.title')} text={t('welcome.text')}>
      <RegisterForm action={t('welcome.action')} onDone={() => void navigate({ to: '/welcome/model' })} />
      <Steps now={1} all={2} />
    </AccountFrame>
  )
}
