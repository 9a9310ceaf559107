import {
  ApiOutlined,
  BookOutlined,
  LogoutOutlined,
  MessageOutlined,
  SettingOutlined,
  UserOutlined,
} from '@ant-design/icons'
import { Link, useNavigate, useRouterState } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { signOut } from '@/features/accounts/queries'
import { useErrorText } from '@/ui/errorText'
import { Logo } from '@/ui/Logo'
import { MenuButton } from '@/ui/MenuButton'
import { toast } from '@/ui/toast'
import { useUser } from '../useAccess'
import styles from './Rail.module.css'

/** The wings of the hall, and the person who is in it. Later wings join this list. */
export function Rail({ across = false, onLeave }: { across?: boolean; onLeave?: () => void }) {
  const { t } = useTranslation()
  const user = useUser()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const wings = [
    { to: '/chat', label: t('nav.chat'), icon: <MessageOutlined aria-hidden="true" /> },
    ...(user?.role === 'admin'
      ? [{ to: '/gateway/channels', label: t('nav.gateway'), icon: <ApiOutlined aria-hidden="true" /> }]
      : []),
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
          </span>
          {wing.label}
        </Link>
      ))}
      <span className={styles.gap} />
      {user && <Person name={user.name} email={user.email} onLeave={onLeave} />}
    </nav>
  )
}

/** A wing is open on each of its pages. */
function isOpen(to: string, path: string): boolean {
  return to.split('/')[1] === path.split('/')[1]
}

interface PersonProps {
  name: string
  email: string
  onLeave?: (() => void) | undefined
}

function Person({ name, email, onLeave }: PersonProps) {
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
      label={t('nav.account', { name })}
      entries={entries}
      className={styles.person}
      header={
        <div className={styles.who}>
          <strong>{name}</strong>
          <span>{email}</span>
        </div>
      }
    >
      {initials(name)}
    </MenuButton>
  )
}

/** Up to two letters; one character for names written without spaces. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase()
}
