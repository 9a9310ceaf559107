import { CallPage as OneCall } from '@/features/gateway/calls/CallPage'
import { CallsPage as Calls } from '@/features/gateway/calls/CallsPage'
import { useUser } from '../useAccess'

/** The log of calls; people who are no admins see their own. */
export function CallsPage() {
  return <Calls isAdmin={useUser()?.role === 'admin'} />
}

export function CallPage() {
  return <OneCall isAdmin={useUser()?.role === 'admin'} />
}
