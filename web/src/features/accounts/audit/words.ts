/** What actions are called. */
import { useKnownText } from '@/ui/useKnownText'

/** `key.created` → "API key created"; an action without a translation keeps its name. */
export function useActionText(): (action: string) => string {
  const text = useKnownText()
  return (action) => text(`admin:audit.actions.${action.replace('.', '_')}`, action)
}
