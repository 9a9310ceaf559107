/** How a file can be shown besides as text, by its name. Pure. */

export type PreviewKind = 'image' | 'pdf' | 'markdown' | 'csv' | 'notebook' | 'html'

const KINDS: Record<string, PreviewKind> = {
  avif: 'image',
  bmp: 'image',
  csv: 'csv',
  gif: 'image',
  htm: 'html',
  html: 'html',
  ico: 'image',
  ipynb: 'notebook',
  jpeg: 'image',
  jpg: 'image',
  markdown: 'markdown',
  md: 'markdown',
  pdf: 'pdf',
  png: 'image',
  svg: 'image',
  tsv: 'csv',
  webp: 'image',
}

export function previewOf(path: string): PreviewKind | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase()
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : ''
  return Object.hasOwn(KINDS, ending) ? (KINDS[ending] ?? null) : null
}

/** Whether the file can only be looked at: there is no text in it to edit. */
export function isPicture(path: string): boolean {
  const kind = previewOf(path)
  return kind === 'pdf' || (kind === 'image' && !path.toLowerCase().endsWith('.svg'))
}

/** Types for what the browser draws itself; the name decides, never the content. */
export function mediaTypeOf(path: string): string {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase()
  const types: Record<string, string> = {
    jpg: 'image/jpeg',
    svg: 'image/svg+xml',
    ico: 'image/x-icon',
    pdf: 'application/pdf',
  }
  return Object.hasOwn(types, ending) ? (types[ending] ?? '') : `image/${ending}`
}
