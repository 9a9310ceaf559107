/** A unified diff as lines that a page can show. Pure. */

export interface DiffLine {
  kind: 'added' | 'removed' | 'same' | 'gap'
  text: string
  /** Numbers in the file before and after; null where the line is not there. */
  before: number | null
  after: number | null
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/

/** The lines of every hunk; a gap opens each one but the first, with what git says it is in. */
export function diffLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = []
  let before = 0
  let after = 0
  let inHunk = false
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    const hunk = HUNK.exec(line)
    if (hunk) {
      if (lines.length > 0) lines.push({ kind: 'gap', text: hunk[3] ?? '', before: null, after: null })
      before = Number(hunk[1])
      after = Number(hunk[2])
      inHunk = true
    } else if (isNextFile(line)) {
      inHunk = false
    } else if (inHunk && line.startsWith('+')) {
      lines.push({ kind: 'added', text: line.slice(1), before: null, after: after++ })
    } else if (inHunk && line.startsWith('-')) {
      lines.push({ kind: 'removed', text: line.slice(1), before: before++, after: null })
    } else if (inHunk && (line.startsWith(' ') || line === '')) {
      lines.push({ kind: 'same', text: line.slice(1), before: before++, after: after++ })
    }
  }
  return lines
}

/** How many lines came and went. */
export function diffSize(lines: DiffLine[]): { added: number; removed: number } {
  const count = (kind: DiffLine['kind']) => lines.filter((line) => line.kind === kind).length
  return { added: count('added'), removed: count('removed') }
}

/** A removed line that begins with `-- ` looks like a header; only git's own line tells a new file for sure. */
function isNextFile(line: string): boolean {
  return line.startsWith('diff --git ') || line.startsWith('Index: ')
}
