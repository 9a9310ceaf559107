/** Where server state lives in the browser. */
import { QueryClient } from '@tanstack/react-query'
import { asApiError } from './errors'

const GIVE_UP_AFTER = 2

/** Ask again when the server could not answer, never when it said no. */
function askAgain(failures: number, thrown: unknown): boolean {
  const { status } = asApiError(thrown)
  return failures < GIVE_UP_AFTER && (status === 0 || status >= 500)
}

/** How long to wait before the next try, in ms. */
function pauseAfter(failures: number): number {
  return 400 * 2 ** failures
}

/** Ask until an answer comes, a few times: for what carries a key, so that it happens once however often it is asked. */
export async function askUntilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await ask()
    } catch (thrown) {
      if (failures >= GIVE_UP_AFTER || asApiError(thrown).status !== 0) throw thrown
      await new Promise((resolve) => setTimeout(resolve, pauseAfter(failures)))
    }
  }
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: askAgain, staleTime: 15_000, retryDelay: pauseAfter },
    mutations: { networkMode: 'always' },
  },
})
