import { PromptsPage as Prompts } from '@/features/chat/prompts/PromptsPage'
import { useUser } from '../useAccess'

/** Words to use again. */
export function PromptsPage() {
  const user = useUser()
  return user && <Prompts user={user} />
}
