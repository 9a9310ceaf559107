/** Where the time of a call went. Pure. */

export interface Part {
  name: 'overhead' | 'waiting' | 'answering'
  microseconds: number
  /** Of the whole, 0 to 1. */
  share: number
}

interface Times {
  total_us: number
  ttft_us: number | null
  overhead_us: number | null
}

/** In the house, until the first token, and while answering; parts that take no time are left out. */
export function partsOf({ total_us, ttft_us, overhead_us }: Times): Part[] {
  const overhead = Math.min(overhead_us ?? 0, total_us)
  const first = ttft_us === null ? total_us : Math.min(Math.max(ttft_us, overhead), total_us)
  const parts: Omit<Part, 'share'>[] = [
    { name: 'overhead', microseconds: overhead },
    { name: 'waiting', microseconds: first - overhead },
    { name: 'answering', microseconds: total_us - first },
  ]
  return parts
    .filter(({ microseconds }) => microseconds > 0)
    .map((part) => ({ ...part, share: part.microseconds / total_us }))
}
