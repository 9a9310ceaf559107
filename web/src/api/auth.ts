/** Who is signed in, in this tab: the access token lives in memory only and is renewed through the HttpOnly cookie. */
import { asApiError, errorFrom } from './errors'
import { learnClock } from './serverClock'
import type { SignedIn, User } from './types'

export interface Access {
  token: string
  expiresAt: number
  user: User
}

type Announcement = { kind: 'signed_in'; access: Access } | { kind: 'signed_out' }

const RENEW_BEFORE_MS = 60_000
const RETRY_MS = 5_000

export class Auth {
  private access: Access | null = null
  private renewing: Promise<Access | null> | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly listeners = new Set<() => void>()
  private readonly channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('guildhall.auth')

  /** Hear of other tabs signing in, renewing or signing out. */
  listen(): void {
    this.channel?.addEventListener('message', (event: MessageEvent<Announcement>) => {
      this.set(event.data.kind === 'signed_in' ? event.data.access : null)
    })
  }

  get current(): Access | null {
    return this.access
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  snapshot = (): Access | null => this.access

  /** Take what register and login answer. */
  signedIn(answer: SignedIn): void {
    this.set(accessFrom(answer))
    this.announce()
  }

  /** The person changed the name, address or picture: every tab shows it. */
  userChanged(user: User): void {
    if (!this.access) return
    this.set({ ...this.access, user })
    this.announce()
  }

  signedOut(): void {
    this.set(null)
    this.announce()
  }

  /** One renewal at a time, over all tabs: the cookie changes at each use. Null means: sign in again. */
  renew(rejected?: string): Promise<Access | null> {
    this.renewing ??= exclusively(() => this.askServer(rejected)).finally(() => {
      this.renewing = null
    })
    return this.renewing
  }

  private async askServer(rejected?: string): Promise<Access | null> {
    const inTime = this.access && this.access.expiresAt - Date.now() > RENEW_BEFORE_MS
    if (this.access && inTime && this.access.token !== rejected) return this.access
    const response = await fetch('/api/v1/auth/refresh', { method: 'POST' }).catch((thrown: unknown) => {
      throw asApiError(thrown)
    })
    learnClock(response)
    if (response.ok) {
      this.signedIn((await response.json()) as SignedIn)
      return this.access
    }
    if (response.status >= 500 || response.status === 429) {
      throw errorFrom(response, await response.json().catch(() => null))
    }
    this.set(null)
    return null
  }

  private set(access: Access | null): void {
    this.access = access
    clearTimeout(this.timer)
    if (access) this.renewLater(Math.max(access.expiresAt - Date.now() - RENEW_BEFORE_MS, RETRY_MS))
    for (const listener of this.listeners) listener()
  }

  private renewLater(delay: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.renew().catch(() => this.renewLater(RETRY_MS))
    }, delay)
  }

  private announce(): void {
    const said: Announcement = this.access ? { kind: 'signed_in', access: this.access } : { kind: 'signed_out' }
    this.channel?.postMessage(said)
  }
}

function accessFrom(answer: SignedIn): Access {
  return { token: answer.access_token, expiresAt: Date.now() + answer.expires_in * 1000, user: answer.user }
}

/** Web Locks need a secure context; on plain http across a LAN each tab renews for itself (the server allows ten seconds of grace). */
async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  if (typeof navigator === 'undefined' || !navigator.locks) return work()
  return await navigator.locks.request('guildhall.renew', work)
}

export const auth = new Auth()
