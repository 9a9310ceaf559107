/** What admins ask of the server about people. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'
import type {
  ApiKey,
  ApiKeyChange,
  InvitationIn,
  Limits,
  NewInvitation,
  OneTimeLink,
  User,
  UserChange,
} from '@/api/types'
import { quotasKey } from '../limits/queries'
import type { UserFilters } from './filters'

const PEOPLE_A_PAGE = 50

export function usersQuery(filters: UserFilters) {
  return infiniteQueryOptions({
    queryKey: ['users', filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      unwrap(
        client.GET('/api/v1/users', {
          params: { query: { ...filters, limit: PEOPLE_A_PAGE, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (before) => before,
  })
}

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: () => unwrap(client.GET('/api/v1/users/invitations', { params: { query: { limit: 200 } } })),
})

export async function changePerson(id: string, wanted: UserChange): Promise<User> {
  const path = { user_id: id }
  const person = await unwrap(client.PATCH('/api/v1/users/{user_id}', { params: { path }, body: wanted }))
  await queryClient.invalidateQueries({ queryKey: ['users'] })
  return person
}

/** A link with which the person chooses a new password; the old one and every sign-in end when it is used. */
export function makeResetLink(id: string): Promise<OneTimeLink> {
  return unwrap(client.POST('/api/v1/users/{user_id}/reset', { params: { path: { user_id: id } } }))
}

export async function deletePerson(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/users/{user_id}', { params: { path: { user_id: id } } }))
  await queryClient.invalidateQueries({ queryKey: ['users'] })
}

export async function invite(wanted: InvitationIn): Promise<NewInvitation> {
  const made = await unwrap(client.POST('/api/v1/users/invitations', { body: wanted }))
  await queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
  return made
}

export async function withdraw(id: string): Promise<void> {
  const path = { invitation_id: id }
  await unwrap(client.DELETE('/api/v1/users/invitations/{invitation_id}', { params: { path } }))
  await queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
}

export function personQuery(id: string) {
  const path = { user_id: id }
  return queryOptions({
    queryKey: ['users', 'one', id],
    queryFn: () => unwrap(client.GET('/api/v1/users/{user_id}', { params: { path } })),
  })
}

/** Somebody's own limits; null where what is usual for the role holds. */
export function limitsQuery(id: string) {
  const path = { user_id: id }
  return queryOptions({
    queryKey: ['users', 'limits', id],
    queryFn: () => unwrap(client.GET('/api/v1/users/{user_id}/limits', { params: { path } })),
  })
}

export async function setLimits(id: string, wanted: Limits | null): Promise<void> {
  const params = { path: { user_id: id } }
  if (wanted) await unwrap(client.PUT('/api/v1/users/{user_id}/limits', { params, body: wanted }))
  else await unwrap(client.DELETE('/api/v1/users/{user_id}/limits', { params }))
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: limitsQuery(id).queryKey }),
    queryClient.invalidateQueries({ queryKey: quotasKey }),
  ])
}

const MOST_KEYS = 100

/** Somebody's keys: as many as one person may have. */
export function keysOfQuery(id: string) {
  const params = { path: { user_id: id }, query: { limit: MOST_KEYS } }
  return queryOptions({
    queryKey: ['users', 'keys', id],
    queryFn: async () => (await unwrap(client.GET('/api/v1/users/{user_id}/keys', { params }))).items,
  })
}

export async function changeKeyOf(id: string, keyId: string, wanted: ApiKeyChange): Promise<ApiKey> {
  const params = { path: { user_id: id, key_id: keyId } }
  const key = await unwrap(client.PATCH('/api/v1/users/{user_id}/keys/{key_id}', { params, body: wanted }))
  await keysChanged(id)
  return key
}

export async function revokeKeyOf(id: string, keyId: string): Promise<void> {
  const params = { path: { user_id: id, key_id: keyId } }
  await unwrap(client.DELETE('/api/v1/users/{user_id}/keys/{key_id}', { params }))
  await keysChanged(id)
}

async function keysChanged(id: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: keysOfQuery(id).queryKey }),
    queryClient.invalidateQueries({ queryKey: quotasKey }),
  ])
}
