/** Files of prices before they are sent. Pure. */
import type { FileFormat } from './queries'

/** By its name, else by its first character. */
export function formatOf(name: string, content: string): FileFormat {
  if (/\.json$/i.test(name)) return 'json'
  if (/\.(csv|txt|tsv)$/i.test(name)) return 'csv'
  return /^\s*[[{]/.test(content) ? 'json' : 'csv'
}
