import { TeamOutlined, UserAddOutlined } from '@ant-design/icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { User } from '@/api/types'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Filters, SearchFilter, SelectFilter } from '@/ui/Filters'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { useFilters } from '@/ui/useFilters'
import { DeletePersonDialog } from './DeletePersonDialog'
import { ROLES, STATES, userFilters } from './filters'
import { Invitations } from './Invitations'
import { InviteDialog } from './InviteDialog'
import { usersQuery } from './queries'
import { ResetDialog } from './ResetDialog'
import { RoleDialog } from './RoleDialog'
import { StateDialog } from './StateDialog'
import { type PersonWork, UserTable } from './UserTable'

/** Everyone in the hall, for admins. */
export function UsersPanel({ me }: { me: User }) {
  const { t } = useTranslation('people')
  const [inviting, setInviting] = useState(false)
  const add = (
    <Button type="primary" icon={<UserAddOutlined aria-hidden="true" />} onClick={() => setInviting(true)}>
      {t('invite.action')}
    </Button>
  )
  return (
    <Page title={t('title')} text={t('text')} actions={add}>
      <People me={me} />
      <Invitations />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  )
}

function People({ me }: { me: User }) {
  const { t } = useTranslation('people')
  const { filters, change, clear } = useFilters('search', 'role', 'state')
  const people = useInfiniteQuery(usersQuery(userFilters(filters)))
  const [work, setWork] = useState<{ kind: PersonWork; person: User } | null>(null)
  const found = people.data?.pages.flatMap((page) => page.items) ?? []
  const done = () => setWork(null)
  return (
    <>
      <Filters onClear={clear}>
        <SearchFilter
          label={t('filter.search')}
          hint={t('filter.searchHint')}
          value={filters.search}
          onChange={(search) => change({ search })}
        />
        <SelectFilter
          label={t('role')}
          value={filters.role}
          options={ROLES.map((value) => ({ value, label: t(`roles.${value}`) }))}
          onChange={(role) => change({ role })}
        />
        <SelectFilter
          label={t('state')}
          value={filters.state}
          options={STATES.map((value) => ({ value, label: t(`states.${value}`) }))}
          onChange={(state) => change({ state })}
        />
      </Filters>
      {people.isPending && <Skeleton />}
      {people.isError && <ErrorNotice error={people.error} onRetry={() => void people.refetch()} />}
      {people.isSuccess && found.length === 0 && (
        <EmptyState icon={<TeamOutlined aria-hidden="true" />} title={t('none')} text={t('noneText')} />
      )}
      {found.length > 0 && <UserTable me={me} people={found} onWork={(kind, person) => setWork({ kind, person })} />}
      {people.hasNextPage && (
        <Button loading={people.isFetchingNextPage} onClick={() => void people.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
      {work && <Work {...work} onClose={done} />}
    </>
  )
}

function Work({ kind, person, onClose }: { kind: PersonWork; person: User; onClose: () => void }) {
  const dialogs = { role: RoleDialog, state: StateDialog, reset: ResetDialog, delete: DeletePersonDialog }
  const Dialog = dialogs[kind]
  return <Dialog person={person} onClose={onClose} />
}
