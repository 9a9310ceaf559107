import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AccountFrame } from '@/features/accounts/AccountFrame'
import { ChannelEditor } from '@/features/gateway/channels/ChannelEditor'
import editor from '@/features/gateway/channels/ChannelEditor.module.css'
import { UseSimulator } from '@/features/gateway/channels/UseSimulator'
import { AdminOnly } from '../Fallbacks'
import { Steps } from '../shell/Steps'
import { useUser } from '../useAccess'

/** The second step of the first run: a provider, or the simulator. */
export function ConnectPage() {
  const { t } = useTranslation('gateway')
  const navigate = useNavigate()
  const user = useUser()
  const done = () => void navigate({ to: '/chat' })
  if (user && user.role !== 'admin') return <AdminOnly />
  return (
    <AccountFrame title={t('connect.title')} text={t('connect.text')} wide>
      <UseSimulator onDone={done} />
      <p className={editor.divider}>{t('connect.or')}</p>
      <ChannelEditor action={t('connect.save')} onDone={done} />
      <Steps now={2} all={2}>
        <Link to="/chat">{t('connect.later')}</Link>
      </Steps>
    </AccountFrame>
  )
}
