import { StatisticsPage } from '@/features/gateway/statistics/StatisticsPage'
import { useUser } from '../useAccess'

/** An admin sees the whole hall, everybody else their own calls. */
export function StatisticsForUser() {
  return <StatisticsPage isAdmin={useUser()?.role === 'admin'} />
}
