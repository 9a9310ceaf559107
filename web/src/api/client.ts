/** The typed client of /api/v1: adds the access token, renews it once when it is refused, throws ApiError. */
import createClient from 'openapi-fetch'
import { auth } from './auth'
import { ApiError, asApiError, errorFrom } from './errors'
import type { paths } from './schema'
import { learnClock } from './serverClock'

/** `fetch` with the access token; a refused token is renewed once and the request sent again. */
export async function authorizedFetch(request: Request): Promise<Response> {
  const again = request.clone()
  const token = auth.current?.token
  const response = await send(request, token)
  if (token && response.status === 403 && (await isDisabled(response))) auth.signedOut()
  if (response.status !== 401 || request.url.includes('/api/v1/auth/')) return response
  const access = await auth.renew(token)
  return access ? send(again, access.token) : response
}

/** An admin has shut the account while it was open here: it is over in this browser too. */
async function isDisabled(response: Response): Promise<boolean> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null)
  return errorFrom(response, body).code === 'account_disabled'
}

async function send(request: Request, token: string | undefined): Promise<Response> {
  if (token) request.headers.set('authorization', `Bearer ${token}`)
  try {
    const answer = await fetch(request)
    if (request.method === 'POST') learnClock(answer)
    return answer
  } catch (thrown) {
    if (request.signal.aborted) throw thrown
    throw asApiError(thrown)
  }
}

export const client = createClient<paths>({ baseUrl: location.origin, fetch: authorizedFetch })

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The body of a good answer; everything else is thrown as an ApiError. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer.catch((thrown: unknown) => {
    throw asApiError(thrown)
  })
  if (!response.ok) throw errorFrom(response, error)
  if (data === undefined && response.status !== 204) throw new ApiError(response.status, 'unexpected_answer', '')
  return data as T
}

/** A key for one wish to create something: sending the same wish twice creates it once. */
export function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
