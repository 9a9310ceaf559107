import { useSyncExternalStore } from 'react'
import { auth } from '@/api/auth'
import type { User } from '@/api/types'

/** Who is signed in; null for the moment between signing out and the sign-in page. */
export function useUser(): User | null {
  return useSyncExternalStore(auth.subscribe, auth.snapshot)?.user ?? null
}
