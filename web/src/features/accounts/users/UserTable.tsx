import {
  DeleteOutlined,
  KeyOutlined,
  MoreOutlined,
  PauseCircleOutlined,
  PlayCircleOutlined,
  SafetyOutlined,
} from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { Avatar } from '@/ui/Avatar'
import { type Column, DataTable } from '@/ui/DataTable'
import { MenuButton, type MenuEntry } from '@/ui/MenuButton'
import { Tag } from '@/ui/Tag'
import { Ago, Time } from '@/ui/Time'
import styles from './UsersPanel.module.css'

export type PersonWork = 'role' | 'state' | 'reset' | 'delete'

interface UserTableProps {
  me: User
  people: User[]
  onWork: (kind: PersonWork, person: User) => void
}

/** People, newest first. */
export function UserTable({ me, people, onWork }: UserTableProps) {
  const { t } = useTranslation('people')
  const columns: Column<User>[] = [
    {
      key: 'person',
      title: t('person'),
      kind: 'name',
      render: (person) => <Who person={person} isMe={person.id === me.id} />,
    },
    {
      key: 'role',
      title: t('role'),
      render: (person) => <Tag tone={person.role === 'admin' ? 'accent' : 'plain'}>{t(`roles.${person.role}`)}</Tag>,
    },
    {
      key: 'state',
      title: t('state'),
      render: (person) => <Tag tone={person.state === 'active' ? 'good' : 'warn'}>{t(`states.${person.state}`)}</Tag>,
    },
    {
      key: 'seen',
      title: t('seen'),
      render: (person) => (person.last_seen_at ? <Ago at={person.last_seen_at} /> : t('never')),
    },
    { key: 'since', title: t('since'), render: (person) => <Time at={person.created_at} /> },
    {
      key: 'actions',
      title: t('actions'),
      kind: 'actions',
      render: (person) => <PersonMenu person={person} onWork={onWork} />,
    },
  ]
  return <DataTable label={t('title')} columns={columns} rows={people} rowKey={(person) => person.id} />
}

function Who({ person, isMe }: { person: User; isMe: boolean }) {
  const { t } = useTranslation('people')
  return (
    <div className={styles.who}>
      <Avatar name={person.name} url={person.avatar_url} size={34} />
      <div className={styles.words}>
        <span className={styles.name}>
          <Link to="/admin/users/$userId" params={{ userId: person.id }} className={styles.link} translate="no">
            {person.name}
          </Link>{' '}
          {isMe && <Tag>{t('you')}</Tag>}
        </span>
        {person.email && <span className={styles.email}>{person.email}</span>}
      </div>
    </div>
  )
}

function PersonMenu({ person, onWork }: { person: User; onWork: UserTableProps['onWork'] }) {
  const { t } = useTranslation('people')
  const isActive = person.state === 'active'
  const entries: MenuEntry[] = [
    {
      key: 'role',
      label: t('changeRole'),
      icon: <SafetyOutlined aria-hidden="true" />,
      onPick: () => onWork('role', person),
    },
    {
      key: 'reset',
      label: t('reset.action'),
      icon: <KeyOutlined aria-hidden="true" />,
      onPick: () => onWork('reset', person),
    },
    {
      key: 'state',
      label: t(isActive ? 'disable.action' : 'enable.action'),
      icon: isActive ? <PauseCircleOutlined aria-hidden="true" /> : <PlayCircleOutlined aria-hidden="true" />,
      onPick: () => onWork('state', person),
    },
    {
      key: 'delete',
      label: t('delete.action'),
      icon: <DeleteOutlined aria-hidden="true" />,
      danger: true,
      onPick: () => onWork('delete', person),
    },
  ]
  // A guest has no role to change and no password to reset.
  const possible = person.role === 'guest' ? entries.filter(({ key }) => key !== 'role' && key !== 'reset') : entries
  return (
    <MenuButton label={t('menuOf', { name: person.name })} entries={possible}>
      <MoreOutlined aria-hidden="true" />
    </MenuButton>
  )
}
