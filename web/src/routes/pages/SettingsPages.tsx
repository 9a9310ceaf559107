import {
  ApiOutlined,
  BgColorsOutlined,
  ControlOutlined,
  KeyOutlined,
  SafetyOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '@/api/errors'
import type { Me } from '@/api/types'
import { KeyPage } from '@/features/accounts/keys/KeyPage'
import { KeysPanel, NoKeysForGuests } from '@/features/accounts/keys/KeysPanel'
import { AppearancePanel } from '@/features/accounts/settings/AppearancePanel'
import { ProfilePanel } from '@/features/accounts/settings/ProfilePanel'
import { meQuery } from '@/features/accounts/settings/queries'
import { SecurityPanel } from '@/features/accounts/settings/SecurityPanel'
import { modelsQuery } from '@/features/chat/queries'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { SideLinks } from '../shell/SideLinks'
import { Wing } from '../shell/Wing'
import { useUser } from '../useAccess'

export function SettingsLayout() {
  const { t } = useTranslation()
  const links = [
    { to: '/settings/profile', label: t('nav.profile'), icon: <UserOutlined aria-hidden="true" /> },
    { to: '/settings/security', label: t('nav.security'), icon: <SafetyOutlined aria-hidden="true" /> },
    { to: '/settings/keys', label: t('nav.keys'), icon: <KeyOutlined aria-hidden="true" /> },
    { to: '/settings/rules', label: t('nav.rules'), icon: <ControlOutlined aria-hidden="true" /> },
    { to: '/settings/tools', label: t('nav.tools'), icon: <ApiOutlined aria-hidden="true" /> },
    { to: '/settings/appearance', label: t('nav.appearance'), icon: <BgColorsOutlined aria-hidden="true" /> },
  ]
  return (
    <Wing side={(onLeave) => <SideLinks title={t('nav.settings')} links={links} onLeave={onLeave} />}>
      <Outlet />
    </Wing>
  )
}

export function ProfilePage() {
  return <Mine title="profile">{(me) => <ProfilePanel user={me} />}</Mine>
}

export function SecurityPage() {
  const { error } = useSearch({ strict: false })
  const refused = error ? new ApiError(0, error, '') : null
  return <Mine title="security">{(me) => <SecurityPanel user={me} refused={refused} />}</Mine>
}

/** A page about one's own account, once it is here. */
function Mine({ title, children }: { title: 'profile' | 'security'; children: (me: Me) => ReactNode }) {
  const { t } = useTranslation('settings')
  const me = useQuery(meQuery)
  if (me.isSuccess) return children(me.data)
  return (
    <Page title={t(`${title}.title`)}>
      {me.isPending ? <Skeleton /> : <ErrorNotice error={me.error} onRetry={() => void me.refetch()} />}
    </Page>
  )
}

export function KeysPage() {
  const user = useUser()
  const models = useModelNames()
  return user?.role === 'guest' ? <NoKeysForGuests /> : <KeysPanel models={models} />
}

export function OneKeyPage() {
  const { keyId = '' } = useParams({ strict: false })
  return <KeyPage key={keyId} keyId={keyId} models={useModelNames()} />
}

function useModelNames(): string[] {
  const { data: models = [] } = useQuery(modelsQuery)
  return models.map(({ name }) => name)
}

export function AppearancePage() {
  return <AppearancePanel />
}
