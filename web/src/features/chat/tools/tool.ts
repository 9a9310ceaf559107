/** What a tool call shows of itself. Pure. */
import type { Part, Permission, ToolCall } from '@/api/types'

/** The tools that the page has words for. */
export const KNOWN_TOOLS = [
  'read',
  'write',
  'edit',
  'multi_edit',
  'glob',
  'grep',
  'list',
  'bash',
  'bash_output',
  'fetch',
  'todo',
  'task',
  'skill',
  'ask_user',
] as const
export type KnownTool = (typeof KNOWN_TOOLS)[number]

const ALIASES: Record<string, KnownTool> = {
  multiedit: 'multi_edit',
  webfetch: 'fetch',
  todowrite: 'todo',
  todoread: 'todo',
  shell: 'bash',
  question: 'ask_user',
}
const TELLING = ['command', 'pattern', 'path', 'file_path', 'filePath', 'url', 'query', 'description']
const LONGEST_LINE = 240

/** Under which of the known names a tool goes; null for tools of somebody else's. */
export function knownTool(name: string): KnownTool | null {
  return KNOWN_TOOLS.find((known) => known === name) ?? ALIASES[name] ?? null
}

/** The one argument that says most, in one line. */
export function tellingArgument({ arguments: given }: Pick<ToolCall, 'arguments'>): string {
  const texts = Object.entries(given).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  )
  const named = TELLING.flatMap((name) => texts.filter(([known]) => known === name))
  return inOneLine(named[0]?.[1] ?? texts[0]?.[1] ?? '')
}

export function inOneLine(text: string): string {
  const line = text.trim().replace(/\s*\n\s*/g, ' ⏎ ')
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line
}

/** What a call waits for, and whether keys decide it: they do for the first that waits. */
export function waitingFor({ call_id }: ToolCall, permissions: Permission[]) {
  const permission = permissions.find(({ tool_call_id }) => tool_call_id === call_id)
  return { permission, hasKeys: permission !== undefined && permission === permissions[0] }
}

/** An argument as people read it. */
export function argumentText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

const REFUSERS = ['rule', 'mode', 'nobody'] as const

/** Who refused a call where no person did, and what a person said; null of a call that nobody refused. */
export function refusalOf({ status, details }: Pick<ToolCall, 'status' | 'details'>, told: string) {
  if (status !== 'denied') return null
  const by = REFUSERS.find((refuser) => refuser === details.refused_by) ?? null
  return { by, words: told.replace(/^Denied\.\s*/, '') }
}

export interface ToolDetails {
  diff: string | null
  paths: string[]
  exitCode: number | null
  truncated: boolean
}

/** What is known of a call's outcome; what has another form than expected is left out. */
export function toolDetails({ details }: Pick<ToolCall, 'details'>): ToolDetails {
  const { diff, paths, exit_code, truncated } = details
  return {
    diff: typeof diff === 'string' && diff !== '' ? diff : null,
    paths: Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : [],
    exitCode: typeof exit_code === 'number' ? exit_code : null,
    truncated: Boolean(truncated),
  }
}

const ENDING = /\n?\[exit code -?\d+ · folder (.+)\]$/

/** What a command printed, without the line that tells the model how it ended, and the folder in which it left off. */
export function outcomeOf(text: string, exitCode: number | null): { output: string; folder: string | null } {
  const ending = exitCode === null ? null : ENDING.exec(text)
  if (!ending) return { output: text, folder: null }
  const folder = ending[1] ?? '.'
  return { output: text.slice(0, ending.index), folder: folder === '.' ? null : folder }
}

/** How long a call took, in seconds; null when it never ran or is not over. */
export function tookSeconds(part: Part): number | null {
  if (!part.tool?.began_at || !part.ended_at) return null
  return Math.max(0, (Date.parse(part.ended_at) - Date.parse(part.tool.began_at)) / 1000)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are steered by control characters
const STEERING = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g

/** What a program printed, as it would stand in a terminal: no colours, and a line that was written over is the last one. */
export function printed(output: string): string {
  return output
    .replace(STEERING, '')
    .replace(/\r+\n/g, '\n')
    .replace(/^.*\r(?=.)/gm, '')
}
