import {
  ApiOutlined,
  BookOutlined,
  ControlOutlined,
  FolderOpenOutlined,
  LogoutOutlined,
  MessageOutlined,
  SettingOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { signOut } from '@/features/accounts/entering'
import { useWaiting } from '@/features/chat/permissions/useWaiting'
import { Bell } from '@/features/notifications/Bell'
import { Avatar } from '@/ui/Avatar'
import { useErrorText } from '@/ui/errorText'
import { Logo } from '@/ui/Logo'
import { MenuButton } from '@/ui/MenuButton'
import { toast } from '@/ui/toast'
import { useUser } from '../useAccess'
import { ConnectionState } from './ConnectionState'
import styles from './Rail.module.css'

/** The wings of the hall, and the person who is in it. Later wings join this list. */
export function Rail({ across = false, onLeave }: { across?: boolean; onLeave?: () => void }) {
  const { t } = useTranslation()
  const user = useUser()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const isAdmin = user?.role === 'admin'
  const waiting = useWaiting().length
  const wings = [
    { to: '/chat', label: t('nav.chat'), icon: <MessageOutlined aria-hidden="true" /> },
    { to: '/workspaces', label: t('nav.workspaces'), icon: <FolderOpenOutlined aria-hidden="true" /> },
    {
      to: isAdmin ? '/gateway/channels' : '/gateway/playground',
      label: t('nav.gateway'),
      icon: <ApiOutlined aria-hidden="true" />,
    },
    ...(isAdmin ? [{ to: '/admin', label: t('nav.admin'), icon: <ControlOutlined aria-hidden="true" /> }] : []),
    { to: '/settings/profile', label: t('nav.settings'), icon: <SettingOutlined aria-hidden="true" /> },
  ]
  return (
    <nav className={across ? styles.across : styles.rail} aria-label={t('nav.main')}>
      {!across && (
        <div className={styles.logo}>
          <Logo />
        </div>
      )}
      {wings.map((wing) => (
        <Link
          key={wing.to}
          to={wing.to}
          className={isOpen(wing.to, path) ? styles.active : styles.link}
          onClick={onLeave}
        >
          <span className={styles.icon} aria-hidden="true">
            {wing.icon}
            {wing.to === '/chat' && waiting > 0 && <b className={styles.waiting}>{waiting > 99 ? '99+' : waiting}</b>}
          </span>
          {wing.label}
        </Link>
      ))}
      <div className={styles.own}>
        <span className={styles.gap} />
        <ConnectionState />
        <Bell tip={across ? 'below' : 'right'} onLeave={onLeave} />
        {user && <Person user={user} onLeave={onLeave} />}
      </div>
    </nav>
  )
}

/** A wing is open on each of its pages. */
function isOpen(to: string, path: string): boolean {
  return to.split('/')[1] === path.split('/')[1]
}

function Person({ user, onLeave }: { user: User; onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const words = useErrorText()
  const leave = () => {
    signOut().catch((thrown: unknown) => toast(words(thrown)))
  }
  const entries = [
    {
      key: 'profile',
      label: t('nav.profile'),
      icon: <UserOutlined aria-hidden="true" />,
      onPick: () => {
        onLeave?.()
        void navigate({ to: '/settings/profile' })
      },
    },
    {
      key: 'docs',
      label: t('nav.docs'),
      icon: <BookOutlined aria-hidden="true" />,
      onPick: () => window.open('/docs', '_blank', 'noopener'),
    },
    { key: 'leave', label: t('nav.signOut'), icon: <LogoutOutlined aria-hidden="true" />, onPick: leave },
  ]
  return (
    <MenuButton
      label={t('nav.account', { name: user.name })}
      entries={entries}
      className={styles.person}
      header={
        <div className={styles.who}>
          <strong>{user.name}</strong>
          <span>{user.email ?? t('nav.guest')}</span>
        </div>
      }
    >
      <Avatar name={user.name} url={user.avatar_url} size={36} />
    </MenuButton>
  )
}
