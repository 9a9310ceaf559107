import {
  ApiOutlined,
  BarChartOutlined,
  DeploymentUnitOutlined,
  DollarOutlined,
  ExperimentOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ChannelEditor } from '@/features/gateway/channels/ChannelEditor'
import { ChannelList } from '@/features/gateway/channels/ChannelList'
import { channelQuery } from '@/features/gateway/channels/queries'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { toast } from '@/ui/toast'
import { AdminOnly } from '../Fallbacks'
import { SideLinks } from '../shell/SideLinks'
import { Wing } from '../shell/Wing'
import { useUser } from '../useAccess'

export function GatewayLayout() {
  const { t } = useTranslation()
  const user = useUser()
  const path = useRouterState({ select: (state) => state.location.pathname.replace(/\/$/, '') })
  const isAdmin = user?.role === 'admin'
  const links = [
    { to: '/gateway/channels', label: t('nav.channels'), icon: <ApiOutlined aria-hidden="true" /> },
    { to: '/gateway/models', label: t('nav.models'), icon: <DeploymentUnitOutlined aria-hidden="true" /> },
    { to: '/gateway/playground', label: t('nav.playground'), icon: <ExperimentOutlined aria-hidden="true" /> },
    { to: '/gateway/calls', label: t('nav.calls'), icon: <UnorderedListOutlined aria-hidden="true" /> },
    { to: '/gateway/statistics', label: t('nav.statistics'), icon: <BarChartOutlined aria-hidden="true" /> },
    { to: '/gateway/prices', label: t('nav.prices'), icon: <DollarOutlined aria-hidden="true" /> },
  ].filter(({ to }) => isAdmin || isForAll(to))
  return (
    <Wing side={(onLeave) => <SideLinks title={t('nav.gateway')} links={links} onLeave={onLeave} />}>
      {isAdmin || isForAll(path) ? <Outlet /> : <AdminOnly />}
    </Wing>
  )
}

/** Pages that people who are no admins see too, with what is theirs. */
const FOR_ALL = ['/gateway/calls', '/gateway/statistics', '/gateway/playground']

function isForAll(path: string): boolean {
  return FOR_ALL.some((own) => path === own || path.startsWith(`${own}/`))
}

export function ChannelsPage() {
  return <ChannelList />
}

export function NewChannelPage() {
  const { t } = useTranslation('gateway')
  const { done, leave } = useLeave()
  return (
    <Page title={t('channels.newTitle')} text={t('channels.newText')}>
      <ChannelEditor action={t('channels.save')} onDone={done} onCancel={leave} />
    </Page>
  )
}

export function ChannelPage() {
  const { t } = useTranslation('gateway')
  const { channelId = '' } = useParams({ strict: false })
  const channel = useQuery(channelQuery(channelId))
  const { done, leave } = useLeave()
  return (
    <Page title={channel.data?.name ?? t('channels.editTitle')}>
      {channel.isPending && <Skeleton />}
      {channel.isError && <ErrorNotice error={channel.error} onRetry={() => void channel.refetch()} />}
      {channel.isSuccess && (
        <ChannelEditor
          key={channel.data.id}
          channel={channel.data}
          action={t('channels.save')}
          onDone={done}
          onCancel={leave}
        />
      )}
    </Page>
  )
}

function useLeave() {
  const { t } = useTranslation('gateway')
  const navigate = useNavigate()
  const leave = () => void navigate({ to: '/gateway/channels' })
  return {
    leave,
    done: () => {
      toast(t('channels.saved'))
      leave()
    },
  }
}
