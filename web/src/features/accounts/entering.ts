/** Ways into the hall, and out of it. */
import { queryOptions } from '@tanstack/react-query'
import { auth } from '@/api/auth'
import { client, unwrap } from '@/api/client'
import { queryClient } from '@/api/queryClient'

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: () => unwrap(client.GET('/api/v1/setup')),
})

/** What an invitation says to whom it was sent. */
export function invitationQuery(token: string) {
  return queryOptions({
    queryKey: ['invitation', token],
    queryFn: () => unwrap(client.GET('/api/v1/invitations/{token}', { params: { path: { token } } })),
    retry: false,
  })
}

export interface Credentials {
  email: string
  password: string
}

export async function signIn(credentials: Credentials): Promise<void> {
  auth.signedIn(await unwrap(client.POST('/api/v1/auth/login', { body: credentials })))
}

export async function register(wanted: Credentials & { name: string; invitation?: string }): Promise<void> {
  auth.signedIn(await unwrap(client.POST('/api/v1/auth/register', { body: wanted })))
  await queryClient.invalidateQueries({ queryKey: setupQuery.queryKey })
}

export async function enterAsGuest(): Promise<void> {
  auth.signedIn(await unwrap(client.POST('/api/v1/auth/guest')))
}

/** The server answers alike for every address, so that nobody learns who has an account. */
export async function askForReset(email: string): Promise<void> {
  await unwrap(client.POST('/api/v1/auth/forgotten', { body: { email } }))
}

export async function resetPassword(token: string, password: string): Promise<void> {
  auth.signedIn(await unwrap(client.POST('/api/v1/auth/reset', { body: { token, password } })))
}

/** The cookie is revoked; what this tab knew of the person is forgotten. */
export async function signOut(): Promise<void> {
  await unwrap(client.POST('/api/v1/auth/logout'))
  forget()
}

/** The server has ended this sign-in already: nothing of the person stays in this tab. */
export function forget(): void {
  auth.signedOut()
  queryClient.clear()
}
