/** Where server state lives in the browser. */
import { QueryClient } from '@tanstack/react-query'
import { asApiError } from './errors'

const GIVE_UP_AFTER = 2

/** Ask again when the server could not answer, never when it said no. */
function askAgain(failures: number, thrown: unknown): boolean {
  const { status } = asApiError(thrown)
  return failures < GIVE_UP_AFTER && (status === 0 || status >= 500)
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: askAgain, staleTime: 15_000, retryDelay: (failures) => 400 * 2 ** failures },
    mutations: { networkMode: 'always' },
  },
})
