/** Days as they are typed. Pure. */

export const MOST_DAYS = 36_500
export const MOST_GIGABYTES = 100_000
export const GIGABYTE = 1_000_000_000

/** Null for what is no number of days that the server takes. */
export function daysTyped(text: string): number | null {
  const days = Number(text)
  return text.trim() !== '' && Number.isInteger(days) && days >= 1 && days <= MOST_DAYS ? days : null
}

/** A size as it is typed: null for no limit, undefined for what the server does not take. */
export function gigabytesTyped(text: string): number | null | undefined {
  const typed = text.trim()
  if (typed === '') return null
  const size = Number(typed.replace(',', '.'))
  return Number.isFinite(size) && size > 0 && size <= MOST_GIGABYTES ? size : undefined
}
