/** The channels as somebody puts them in order: shown at once, stored behind. */
import { useMutation } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Channel } from '@/api/types'
import { orderChannels } from './queries'
import { inOrder, moved } from './reorder'

export function useOrder(channels: Channel[]) {
  const [wanted, setWanted] = useState<string[] | null>(null)
  const { mutate, error } = useMutation({
    mutationFn: orderChannels,
    scope: { id: 'channel-order' }, // one after the other, or the last wish might not win
    onSettled: (_done, _error, ids) => setWanted((now) => (now === ids ? null : now)),
  })
  const ordered = inOrder(channels, wanted)
  const ids = ordered.map(({ id }) => id).join(' ')
  const move = useCallback(
    (from: number, to: number) => {
      const next = moved(ids.split(' '), from, to)
      setWanted(next)
      mutate(next)
    },
    [ids, mutate],
  )
  return { ordered, move, error }
}
