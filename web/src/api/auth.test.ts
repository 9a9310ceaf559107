import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Auth } from './auth'

const answer = (token: string) => ({
  access_token: token,
  token_type: 'bearer' as const,
  expires_in: 900,
  user: {
    id: 'us_1',
    email: 'a@example.org',
    name: 'A',
    role: 'member' as const,
    state: 'active' as const,
    avatar_url: null,
    created_at: '',
    last_seen_at: null,
  },
})

function respond(...answers: Response[]) {
  const mock = vi.fn(async () => answers.shift() ?? Response.error())
  vi.stubGlobal('fetch', mock)
  return mock
}

const good = (token: string) => Response.json(answer(token))
const refused = () => Response.json({ error: { code: 'not_signed_in', message: 'x' } }, { status: 401 })

let auth: Auth

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('BroadcastChannel', undefined)
  auth = new Auth()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('asks once for everyone who waits', async () => {
  const fetched = respond(good('one'))
  const both = await Promise.all([auth.renew(), auth.renew()])
  expect(fetched).toHaveBeenCalledTimes(1)
  expect(both.map((access) => access?.token)).toEqual(['one', 'one'])
})

it('does not ask when another tab has brought a fresh token meanwhile', async () => {
  const fetched = respond()
  auth.signedIn(answer('fresh'))
  expect((await auth.renew('old'))?.token).toBe('fresh')
  expect(fetched).not.toHaveBeenCalled()
})

it('asks when the server refused the very token it has', async () => {
  respond(good('new'))
  auth.signedIn(answer('refused'))
  expect((await auth.renew('refused'))?.token).toBe('new')
})

it('is signed out when the cookie no longer holds', async () => {
  respond(refused())
  auth.signedIn(answer('old'))
  expect(await auth.renew('old')).toBeNull()
  expect(auth.current).toBeNull()
})

it('stays signed in while the server is only away', async () => {
  respond(Response.json({}, { status: 503 }))
  auth.signedIn(answer('kept'))
  await expect(auth.renew('kept')).rejects.toMatchObject({ status: 503 })
  expect(auth.current?.token).toBe('kept')
})

it('renews by itself a minute before the token expires', async () => {
  const fetched = respond(good('second'))
  auth.signedIn(answer('first'))
  await vi.advanceTimersByTimeAsync(839_000)
  expect(fetched).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(auth.current?.token).toBe('second')
})

it('shows a changed name at once, and keeps the token', async () => {
  respond(good('one'))
  await auth.renew()
  auth.userChanged({ ...answer('one').user, name: 'B' })
  expect(auth.current).toMatchObject({ token: 'one', user: { name: 'B' } })
})
