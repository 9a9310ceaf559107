/** Numbers and money as people type them, read exactly. Pure. */

export const MOST_UNITS = 9_000_000

const NANO_DIGITS = 9
const DECIMAL = /^\d{1,7}(\.\d{1,9})?$/
const WHOLE = /^[-−]?\d+([\s,，_'’]\d{3,4})*$/

/** What is typed as a number, with or without separators of thousands; null for nothing, NaN for what is none. */
export function numberFrom(text: string): number | null {
  const typed = text.trim()
  if (typed === '') return null
  return WHOLE.test(typed) ? Number(typed.replace(/[\s,，_'’]/g, '').replace('−', '-')) : Number.NaN
}

/** Units of a currency in billionths: null for nothing, undefined for what is no amount. */
export function nanoOf(text: string): number | null | undefined {
  const typed = text.trim()
  if (typed === '') return null
  if (!DECIMAL.test(typed)) return undefined
  const [whole = '0', rest = ''] = typed.split('.')
  const nano = Number(`${whole}${rest.padEnd(NANO_DIGITS, '0')}`)
  return nano <= MOST_UNITS * 10 ** NANO_DIGITS ? nano : undefined
}

/** The other way round, without a digit too many. */
export function unitsOf(nano: number | null | undefined): string {
  if (nano === null || nano === undefined) return ''
  const digits = String(nano).padStart(NANO_DIGITS + 1, '0')
  return `${digits.slice(0, -NANO_DIGITS)}.${digits.slice(-NANO_DIGITS)}`.replace(/\.?0+$/, '')
}
