/** What is in an attachment, and an address to show a picture from. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { authorizedFetch } from '@/api/client'
import { errorFrom } from '@/api/errors'

const KEPT_MS = 60_000

export async function readContent(id: string): Promise<Blob> {
  const response = await authorizedFetch(new Request(`/api/v1/chat/attachments/${id}/content`))
  if (!response.ok) throw errorFrom(response, await response.json().catch(() => null))
  return await response.blob()
}

/** It never changes. */
export function useContent(id: string, enabled = true) {
  return useQuery({
    queryKey: ['chat', 'attachments', id],
    queryFn: () => readContent(id),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    enabled,
  })
}

/** The type is what the server found by the bytes; whatever is inside is taken for a picture or for nothing. */
export function useAddress(content: Blob | undefined, type: string): string | undefined {
  const [address, setAddress] = useState<string>()
  useEffect(() => {
    if (!content) return
    const made = URL.createObjectURL(new Blob([content], { type }))
    setAddress(made)
    return () => URL.revokeObjectURL(made)
  }, [content, type])
  return address
}
