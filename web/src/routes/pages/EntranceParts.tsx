import { lazy, Suspense } from 'react'
import type { Setup } from '@/api/types'
import { AnnouncementBanner } from '@/features/announcement/lazy'

const OtherWays = lazy(async () => ({ default: (await import('@/features/accounts/OtherWays')).OtherWays }))

/** What the admins tell everybody, also before signing in. */
export function Notice({ setup }: { setup: Setup | undefined }) {
  return setup?.announcement ? (
    <Suspense>
      <AnnouncementBanner announcement={setup.announcement} />
    </Suspense>
  ) : null
}

interface WaysProps {
  setup: Setup | undefined
  onDone: () => void
}

/** Ways in beside the password, fetched where there are any. */
export function Ways({ setup, onDone }: WaysProps) {
  if (!setup || (setup.oidc.length === 0 && !setup.guests)) return null
  return (
    <Suspense>
      <OtherWays setup={setup} onDone={onDone} />
    </Suspense>
  )
}
