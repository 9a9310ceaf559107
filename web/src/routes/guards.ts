/** Who may see a page, and where one goes after signing in. */
import { type Access, auth } from '@/api/auth'

let asked: Promise<Access | null> | null = null

/** The sign-in of this tab; the first caller asks the server whether the cookie still holds. */
export async function access(): Promise<Access | null> {
  if (auth.current) return auth.current
  asked ??= auth.renew().catch((thrown: unknown) => {
    asked = null
    throw thrown
  })
  await asked
  return auth.current
}

/** Where to go after signing in: only ever a page of ours. */
export function safeNext(next: string | undefined): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.includes('\\') ? next : '/chat'
}
