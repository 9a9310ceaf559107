import { BgColorsOutlined, KeyOutlined, UserOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AppearancePanel } from '@/features/accounts/AppearancePanel'
import { KeysPanel } from '@/features/accounts/KeysPanel'
import { ProfilePanel } from '@/features/accounts/ProfilePanel'
import { modelsQuery } from '@/features/chat/queries'
import { SideLinks } from '../shell/SideLinks'
import { Wing } from '../shell/Wing'
import { useUser } from '../useAccess'

export function SettingsLayout() {
  const { t } = useTranslation()
  const links = [
    { to: '/settings/profile', label: t('nav.profile'), icon: <UserOutlined aria-hidden="true" /> },
    { to: '/settings/keys', label: t('nav.keys'), icon: <KeyOutlined aria-hidden="true" /> },
    { to: '/settings/appearance', label: t('nav.appearance'), icon: <BgColorsOutlined aria-hidden="true" /> },
  ]
  return (
    <Wing side={(onLeave) => <SideLinks title={t('nav.settings')} links={links} onLeave={onLeave} />}>
      <Outlet />
    </Wing>
  )
}

export function ProfilePage() {
  const user = useUser()
  return user && <ProfilePanel user={user} />
}

export function KeysPage() {
  const { data: models = [] } = useQuery(modelsQuery)
  return <KeysPanel exampleModel={models[0]?.name ?? null} />
}

export function AppearancePage() {
  return <AppearancePanel />
}
