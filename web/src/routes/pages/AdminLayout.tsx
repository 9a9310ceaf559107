import {
  AlertOutlined,
  ApiOutlined,
  AuditOutlined,
  ClockCircleOutlined,
  CloudServerOutlined,
  ControlOutlined,
  DashboardOutlined,
  DeleteOutlined,
  SafetyOutlined,
  TeamOutlined,
} from '@ant-design/icons'
import { Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AdminOnly } from '../Fallbacks'
import { SideLinks } from '../shell/SideLinks'
import { Wing } from '../shell/Wing'
import { useUser } from '../useAccess'

const pages = [
  { name: 'dashboard', icon: <DashboardOutlined aria-hidden="true" /> },
  { name: 'users', icon: <TeamOutlined aria-hidden="true" /> },
  { name: 'jobs', icon: <ClockCircleOutlined aria-hidden="true" /> },
  { name: 'alerts', icon: <AlertOutlined aria-hidden="true" /> },
  { name: 'audit', icon: <AuditOutlined aria-hidden="true" /> },
  { name: 'ip-rules', icon: <SafetyOutlined aria-hidden="true" /> },
  { name: 'tools', icon: <ApiOutlined aria-hidden="true" /> },
  { name: 'configuration', icon: <ControlOutlined aria-hidden="true" /> },
  { name: 'retention', icon: <DeleteOutlined aria-hidden="true" /> },
  { name: 'system', icon: <CloudServerOutlined aria-hidden="true" /> },
] as const

/** What only admins see: how the hall is doing, and what it is allowed to do. */
export function AdminLayout() {
  const { t } = useTranslation('admin')
  const user = useUser()
  if (user?.role !== 'admin') {
    return (
      <Wing side={(onLeave) => <SideLinks title={t('title')} links={[]} onLeave={onLeave} />}>
        <AdminOnly />
      </Wing>
    )
  }
  const links = pages.map(({ name, icon }) => ({ to: `/admin/${name}`, label: t(`nav.${name}`), icon }))
  return (
    <Wing side={(onLeave) => <SideLinks title={t('title')} links={links} onLeave={onLeave} />}>
      <Outlet />
    </Wing>
  )
}
