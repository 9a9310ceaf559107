/** What one's own settings ask of the server. */
import { queryOptions } from '@tanstack/react-query'
import { auth } from '@/api/auth'
import { authorizedFetch, client, unwrap } from '@/api/client'
import { asApiError, errorFrom } from '@/api/errors'
import { queryClient } from '@/api/queryClient'
import type { Me } from '@/api/types'
import { forget } from '../entering'
import { fileName } from './fileName'

/** One's own account, with what the sign-in does not tell: whether it has a password. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => unwrap(client.GET('/api/v1/me')),
})

export const devicesQuery = queryOptions({
  queryKey: ['sign-ins'],
  queryFn: () => unwrap(client.GET('/api/v1/me/sign-ins')),
})

export const identitiesQuery = queryOptions({
  queryKey: ['identities'],
  queryFn: () => unwrap(client.GET('/api/v1/me/identities')),
})

export async function disconnectIdentities(): Promise<void> {
  await unwrap(client.DELETE('/api/v1/me/identities'))
  await queryClient.invalidateQueries({ queryKey: identitiesQuery.queryKey })
}

export async function rename(name: string): Promise<void> {
  known(await unwrap(client.PATCH('/api/v1/me', { body: { name } })))
}

export async function changeEmail(wanted: { password: string; email: string }): Promise<void> {
  known(await unwrap(client.POST('/api/v1/me/email', { body: wanted })))
}

export async function uploadPicture(picture: Blob): Promise<void> {
  const request = new Request(new URL('/api/v1/me/avatar', location.href), {
    method: 'PUT',
    headers: { 'content-type': picture.type },
    body: picture,
  })
  const response = await authorizedFetch(request)
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw errorFrom(response, body)
  known(body as Me)
}

export async function removePicture(): Promise<void> {
  known(await unwrap(client.DELETE('/api/v1/me/avatar')))
}

/** Every other device is signed out by it; this one stays. */
export async function changePassword(wanted: { current: string; new: string }): Promise<void> {
  await unwrap(client.POST('/api/v1/me/password', { body: wanted }))
  await queryClient.invalidateQueries({ queryKey: devicesQuery.queryKey })
}

export async function signOutDevice(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/me/sign-ins/{sign_in_id}', { params: { path: { sign_in_id: id } } }))
  await queryClient.invalidateQueries({ queryKey: devicesQuery.queryKey })
}

export async function signOutOthers(): Promise<void> {
  await unwrap(client.DELETE('/api/v1/me/sign-ins'))
  await queryClient.invalidateQueries({ queryKey: devicesQuery.queryKey })
}

export async function signOutEverywhere(): Promise<void> {
  await unwrap(client.DELETE('/api/v1/me/sign-ins', { params: { query: { everywhere: true } } }))
  forget()
}

/** Everything the hall keeps about this person, as one file. */
export async function downloadExport(): Promise<void> {
  const response = await authorizedFetch(new Request(new URL('/api/v1/me/export', location.href)))
  if (!response.ok) throw errorFrom(response, await response.json().catch(() => null))
  const file = await response.blob().catch((thrown: unknown) => {
    throw asApiError(thrown)
  })
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = fileName(response.headers.get('content-disposition'), new Date())
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

export async function deleteAccount(password: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/me', { body: { password } }))
  forget()
}

/** What the server now knows of the person is what every tab shows. */
function known(me: Me): void {
  queryClient.setQueryData(meQuery.queryKey, me)
  auth.userChanged(me)
}
