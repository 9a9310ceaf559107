/** What an admin says of a model: the form, and which models a list shows. Pure. */
import type { Capability, ModelEntry, ModelSaid } from '@/api/types'

export const CAPABILITIES: readonly Capability[] = [
  'chat',
  'completion',
  'embedding',
  'rerank',
  'moderation',
  'image',
  'speech',
  'transcription',
  'tools',
  'vision',
  'reasoning',
  'structured_output',
  'files',
  'audio_input',
  'audio_output',
  'caching',
  'web_search',
]
export const MOST_FALLBACKS = 10
export const SHOWS = ['unpriced', 'hidden', 'unserved'] as const
export type Show = (typeof SHOWS)[number]

export interface SaidForm {
  visible: boolean
  context: string
  output: string
  /** Null leaves it to the list that came with the product. */
  capabilities: Capability[] | null
  fallbacks: string[]
  sticky: boolean
}

const MOST_TOKENS = 2 ** 31 - 1

export function formOf({ visible, said, fallbacks, sticky }: ModelEntry): SaidForm {
  return {
    visible,
    context: String(said.context_tokens ?? ''),
    output: String(said.output_tokens ?? ''),
    capabilities: said.capabilities,
    fallbacks,
    sticky,
  }
}

/** Null for nothing, undefined for what is no number of tokens. */
export function tokensOf(text: string): number | null | undefined {
  const typed = text.trim()
  if (typed === '') return null
  const tokens = Number(typed)
  return /^\d{1,10}$/.test(typed) && tokens >= 1 && tokens <= MOST_TOKENS ? tokens : undefined
}

/** Null while something is wrong. */
export function wantedOf(form: SaidForm): ModelSaid | null {
  const context = tokensOf(form.context)
  const output = tokensOf(form.output)
  if (context === undefined || output === undefined) return null
  return {
    visible: form.visible,
    context_tokens: context,
    output_tokens: output,
    capabilities: form.capabilities,
    fallbacks: form.fallbacks,
    sticky: form.sticky,
  }
}

export function isServed(model: ModelEntry): boolean {
  return model.channels.some((channel) => channel.enabled)
}

/** In alphabetical order: models whose name, channel or provider's name has these letters, and that are what is asked for. */
export function chosen(models: ModelEntry[], search: string, show: string | undefined): ModelEntry[] {
  const letters = search.trim().toLowerCase()
  const fitting = models.filter((model) => {
    if (show === 'unpriced' && model.price !== null) return false
    if (show === 'hidden' && model.visible) return false
    if (show === 'unserved' && isServed(model)) return false
    const names = [model.name, ...model.channels.flatMap(({ channel, upstream_model }) => [channel, upstream_model])]
    return names.some((name) => name.toLowerCase().includes(letters))
  })
  return fitting.sort((one, other) => one.name.localeCompare(other.name))
}

/** What matters most first. */
export function ordered(capabilities: Capability[]): Capability[] {
  return CAPABILITIES.filter((name) => capabilities.includes(name))
}

/** One place further to the front. */
export function earlier(names: string[], name: string): string[] {
  const at = names.indexOf(name)
  if (at <= 0) return names
  const before = names[at - 1] ?? name
  return [...names.slice(0, at - 1), name, before, ...names.slice(at + 1)]
}
