import { UsersPanel } from '@/features/accounts/users/UsersPanel'
import { useUser } from '../useAccess'

/** Everyone in the hall; the admin section stands around it. */
export function UsersPage() {
  const user = useUser()
  return user && <UsersPanel me={user} />
}
