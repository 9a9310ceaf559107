/** Jupyter notebooks as cells to read. Nothing of them runs, and HTML in outputs stays text. Pure. */
import { isRecord } from '@/api/errors'

export type Output =
  | { kind: 'text'; text: string }
  | { kind: 'error'; text: string }
  | { kind: 'image'; type: string; base64: string }

export type Cell =
  | { kind: 'markdown'; text: string }
  | { kind: 'raw'; text: string }
  | { kind: 'code'; text: string; count: number | null; outputs: Output[] }

export interface Notebook {
  language: string
  cells: Cell[]
}

const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal begin with the escape character
const ANSI = /\u001b\[[0-9;]*[A-Za-z]/g

/** Null when it is no notebook of version 4. */
export function notebookFrom(text: string): Notebook | null {
  const read = parsed(text)
  if (!isRecord(read) || !Array.isArray(read.cells)) return null
  return { language: languageOf(read.metadata), cells: read.cells.filter(isRecord).map(cellFrom) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function languageOf(metadata: unknown): string {
  if (!isRecord(metadata)) return 'python'
  for (const place of [metadata.language_info, metadata.kernelspec]) {
    if (!isRecord(place)) continue
    const name = place.language ?? place.name
    if (typeof name === 'string') return name
  }
  return 'python'
}

function cellFrom(cell: Record<string, unknown>): Cell {
  const text = joined(cell.source)
  if (cell.cell_type === 'markdown') return { kind: 'markdown', text }
  if (cell.cell_type !== 'code') return { kind: 'raw', text }
  const outputs = Array.isArray(cell.outputs) ? cell.outputs.filter(isRecord) : []
  const count = typeof cell.execution_count === 'number' ? cell.execution_count : null
  return { kind: 'code', text, count, outputs: outputs.flatMap(outputFrom) }
}

function outputFrom(output: Record<string, unknown>): Output[] {
  if (output.output_type === 'stream') return [{ kind: 'text', text: plain(joined(output.text)) }]
  if (output.output_type === 'error') {
    const trace = joined(output.traceback, '\n')
    return [{ kind: 'error', text: plain(trace || `${String(output.ename)}: ${String(output.evalue)}`) }]
  }
  if (!isRecord(output.data)) return []
  const type = IMAGES.find((one) => isRecord(output.data) && one in output.data)
  if (type) return [{ kind: 'image', type, base64: joined(output.data[type]).replace(/\s/g, '') }]
  const text = joined(output.data['text/plain'])
  return text === '' ? [] : [{ kind: 'text', text: plain(text) }]
}

/** Texts are one string or a list of lines. */
function joined(value: unknown, between = ''): string {
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string').join(between)
  return typeof value === 'string' ? value : ''
}

function plain(text: string): string {
  return text.replace(ANSI, '')
}
