/** Tables as text (RFC 4180, with the separator that the first line shows). Pure. */

export interface CsvTable {
  header: string[]
  rows: string[][]
  /** Rows beyond what is shown. */
  left: number
}

const SEPARATORS = [',', ';', '\t', '|']

/** At most `most` rows below the header, each as long as the longest. */
export function tableFrom(text: string, most: number): CsvTable {
  const separator = separatorOf(text)
  const rows = [...rowsOf(text.replace(/^\uFEFF/, ''), separator)]
  const [header = [], ...rest] = rows
  const shown = rest.slice(0, most)
  const width = shown.reduce((longest, row) => Math.max(longest, row.length), header.length)
  const filled = (row: string[]) => [...row, ...Array<string>(width - row.length).fill('')]
  return { header: filled(header), rows: shown.map(filled), left: rest.length - shown.length }
}

/** The one that stands most often in the first line. */
function separatorOf(text: string): string {
  const line = (text.split('\n', 1)[0] ?? '').replace(/"[^"]*"/g, '')
  const counts = SEPARATORS.map((one) => line.split(one).length)
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ','
}

function* rowsOf(text: string, separator: string): Generator<string[]> {
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    const [value, next] = text[at] === '"' ? quoted(text, at + 1, separator) : plain(text, at, separator)
    row.push(value)
    at = next
    if (text[at] === separator) {
      at += 1
      if (at === text.length) row.push('')
      continue
    }
    at += text.startsWith('\r\n', at) ? 2 : 1
    if (row.length > 1 || row[0] !== '') yield row
    row = []
  }
  if (row.length > 0) yield row
}

function quoted(text: string, start: number, separator: string): [string, number] {
  let value = ''
  let at = start
  while (at < text.length) {
    const end = text.indexOf('"', at)
    if (end === -1) return [value + text.slice(at), text.length]
    value += text.slice(at, end)
    if (text[end + 1] !== '"') {
      const [rest, next] = plain(text, end + 1, separator)
      return [value + rest, next]
    }
    value += '"'
    at = end + 2
  }
  return [value, at]
}

function plain(text: string, start: number, separator: string): [string, number] {
  let at = start
  while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at += 1
  return [text.slice(start, at), at]
}
