/** Days as they are typed. Pure. */

export const MOST_DAYS = 36_500

/** Null for what is no number of days that the server takes. */
export function daysTyped(text: string): number | null {
  const days = Number(text)
  return text.trim() !== '' && Number.isInteger(days) && days >= 1 && days <= MOST_DAYS ? days : null
}
