/** Places in a prompt, filled in: the server's `prompt_templates` says what they look like. Pure. */
import type { Prompt } from '@/api/types'

const PLACE = /\\\{\{|\{\{\s*([^={}]+?)\s*(?:=[\s\S]*?)?\}\}/g

/** A text with each place replaced by its value, and `\{{` by two braces. */
export function filled(text: string, values: Record<string, string>): string {
  return text.replace(PLACE, (whole, name: string | undefined) => (name ? (values[name] ?? whole) : '{{'))
}

/** What stands in the fields at first. */
export function defaultsOf({ variables }: Prompt): Record<string, string> {
  return Object.fromEntries(variables.map(({ name, default: given }) => [name, given ?? '']))
}

/** A prompt as it is used: what is said, and how a chat that is begun with it works. */
export interface Scene {
  text: string
  instructions: string | null
  model: string | null
  mode: Prompt['mode']
}

export function sceneOf(prompt: Prompt, values: Record<string, string>): Scene {
  const { text, instructions, model, mode } = prompt
  return { text: filled(text, values), instructions: instructions && filled(instructions, values), model, mode }
}
