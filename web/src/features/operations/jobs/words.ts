/** What jobs and schedules are called. */
import { useKnownText } from '@/ui/useKnownText'

export function useJobName(): (name: string) => string {
  const text = useKnownText()
  return (name) => text(`admin:jobs.names.${name.replaceAll('.', '_')}`, name)
}
