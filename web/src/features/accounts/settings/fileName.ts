/** The name the server gave a file, else one with the day in it. */
export function fileName(disposition: string | null, today: Date): string {
  const given = disposition?.match(/filename="?([\w.-]+)"?/)?.[1]
  return given ?? `guildhall-${today.toISOString().slice(0, 10)}.json`
}
