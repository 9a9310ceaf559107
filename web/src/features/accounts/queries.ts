/** What accounts ask of the server. */
import { queryOptions } from '@tanstack/react-query'
import { auth } from '@/api/auth'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: () => unwrap(client.GET('/api/v1/setup')),
})

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: () => unwrap(client.GET('/api/v1/keys', { params: { query: { limit: 200 } } })),
})

export interface Credentials {
  email: string
  password: string
}

export async function signIn(credentials: Credentials): Promise<void> {
  auth.signedIn(await unwrap(client.POST('/api/v1/auth/login', { body: credentials })))
}

export async function register(wanted: Credentials & { name: string }): Promise<void> {
  auth.signedIn(await unwrap(client.POST('/api/v1/auth/register', { body: wanted })))
  await queryClient.invalidateQueries({ queryKey: setupQuery.queryKey })
}

/** The cookie is revoked; what this tab knew of the person is forgotten. */
export async function signOut(): Promise<void> {
  await unwrap(client.POST('/api/v1/auth/logout'))
  auth.signedOut()
  queryClient.clear()
}

export async function createKey(name: string) {
  const made = await unwrap(client.POST('/api/v1/keys', { body: { name } }))
  await queryClient.invalidateQueries({ queryKey: keysQuery.queryKey })
  return made
}

export async function revokeKey(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/keys/{key_id}', { params: { path: { key_id: id } } }))
  await queryClient.invalidateQueries({ queryKey: keysQuery.queryKey })
}
