import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { PersonPanel } from '@/features/accounts/users/PersonPanel'
import { modelsQuery } from '@/features/chat/queries'

/** One person of the hall; the admin section stands around it. */
export function PersonPage() {
  const { userId = '' } = useParams({ strict: false })
  const { data: models = [] } = useQuery(modelsQuery)
  return <PersonPanel key={userId} userId={userId} models={models.map(({ name }) => name)} />
}
