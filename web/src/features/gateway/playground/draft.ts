/** What somebody is trying out: a conversation, the settings of the request, and the models to ask. Pure. */

export const PROTOCOLS = ['chat', 'responses', 'messages'] as const
export type Protocol = (typeof PROTOCOLS)[number]

export const MOST_COLUMNS = 4

/** A tool that a model wants called. */
export interface ToolCall {
  /** Which of an answer's parts it is, while the answer is still arriving. */
  slot: number
  id: string
  name: string
  /** JSON, as the model wrote it. */
  arguments: string
}

export const ROLES = ['user', 'assistant', 'tool'] as const
export type Role = (typeof ROLES)[number]

/** One message of the conversation. */
export interface Line {
  id: string
  role: Role
  text: string
  /** Of a person's message: pictures as data URLs. */
  pictures: string[]
  /** Of an answer: the tools it wanted called. */
  calls: ToolCall[]
  /** Of a tool's result: the call it belongs to. */
  callId: string
}

/** As typed; what is empty is left out of the request. */
export interface Settings {
  temperature: string
  top_p: string
  max_tokens: string
  /** One a line. */
  stop: string
  seed: string
  frequency_penalty: string
  presence_penalty: string
  effort: string
  format: 'text' | 'json' | 'schema'
  schema: string
  tools: string
  toolChoice: '' | 'auto' | 'required' | 'none'
  /** JSON object with more fields of the request's body. */
  extra: string
}

export interface Column {
  id: string
  model: string
}

export interface Draft {
  protocol: Protocol
  streamed: boolean
  system: string
  lines: Line[]
  settings: Settings
  columns: Column[]
}

export const NO_SETTINGS: Settings = {
  temperature: '',
  top_p: '',
  max_tokens: '',
  stop: '',
  seed: '',
  frequency_penalty: '',
  presence_penalty: '',
  effort: '',
  format: 'text',
  schema: '',
  tools: '',
  toolChoice: '',
  extra: '',
}

export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function newLine(role: Role, part: Partial<Line> = {}): Line {
  return { id: newId(), role, text: '', pictures: [], calls: [], callId: '', ...part }
}

export function newDraft(): Draft {
  return {
    protocol: 'chat',
    streamed: true,
    system: '',
    lines: [newLine('user')],
    settings: NO_SETTINGS,
    columns: [{ id: newId(), model: '' }],
  }
}

/** One message up or down; the same list when there is no room. */
export function moved(lines: Line[], id: string, by: -1 | 1): Line[] {
  const from = lines.findIndex((line) => line.id === id)
  const line = lines[from]
  const other = lines[from + by]
  return line && other ? lines.with(from, other).with(from + by, line) : lines
}

/** The conversation goes on with an answer: after it come results of the tools it wants, or the next question. */
export function continued(lines: Line[], text: string, calls: ToolCall[]): Line[] {
  const last = lines.at(-1)
  const said = last && isEmpty(last) ? lines.slice(0, -1) : lines
  const next = calls.length > 0 ? calls.map((call) => newLine('tool', { callId: call.id })) : [newLine('user')]
  return [...said, newLine('assistant', { text, calls }), ...next]
}

/** Nothing was written; it is left out of the request. A tool's result may be empty. */
export function isEmpty(line: Line): boolean {
  return line.role !== 'tool' && line.text.trim() === '' && line.pictures.length === 0 && line.calls.length === 0
}

/** The name of the tool that a result belongs to. */
export function toolOf(lines: Line[], callId: string): string | null {
  return lines.flatMap((line) => line.calls).find((call) => call.id === callId)?.name ?? null
}

/** Each column with a model that there is: models come and go, and a new column has none yet. */
export function withModels(columns: Column[], names: string[]): Column[] {
  const taken = new Set(columns.map((column) => column.model))
  return columns.map((column) => {
    if (names.includes(column.model)) return column
    const model = names.find((name) => !taken.has(name)) ?? names[0] ?? ''
    taken.add(model)
    return { ...column, model }
  })
}
