import { PlaygroundPage as Playground } from '@/features/gateway/playground/PlaygroundPage'
import { useUser } from '../useAccess'

/** Where everybody who may call models tries them out. */
export function PlaygroundPage() {
  const user = useUser()
  return user && <Playground key={user.id} user={user} />
}
