/** Keeps alerts on the screen true to what happens. */
import { useEffect } from 'react'
import { queryClient } from '@/api/queryClient'
import { realtime } from '@/api/realtime/line'
import { alertsKey } from './queries'

/** Read alerts and rules anew whenever one begins, fires or is over. */
export function useAlertStream(): void {
  useEffect(() => {
    const readAgain = () => void queryClient.invalidateQueries({ queryKey: alertsKey })
    return realtime.follow('operations.alerts', {
      onSnapshot: () => undefined,
      onEvent: readAgain,
      onStartedAnew: readAgain,
    })
  }, [])
}
