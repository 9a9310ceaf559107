/** A prompt as it stands in the form, and back. Pure. */
import type { Mode, Prompt, PromptIn } from '@/api/types'

export interface PromptForm {
  title: string
  slash: string
  text: string
  description: string
  /** With commas between them. */
  tags: string
  instructions: string
  model: string
  mode: Mode | ''
  isShared: boolean
}

export function formOf(prompt: Partial<Prompt> | null): PromptForm {
  return {
    title: prompt?.title ?? '',
    slash: prompt?.slash ?? '',
    text: prompt?.text ?? '',
    description: prompt?.description ?? '',
    tags: (prompt?.tags ?? []).join(', '),
    instructions: prompt?.instructions ?? '',
    model: prompt?.model ?? '',
    mode: prompt?.mode ?? '',
    isShared: prompt?.is_shared ?? false,
  }
}

export function wantedOf(form: PromptForm): PromptIn {
  const tags = form.tags.split(/[,，、]/).map((tag) => tag.trim())
  return {
    title: form.title,
    slash: form.slash.trim().replace(/^\//, '') || null,
    text: form.text,
    description: form.description,
    tags: tags.filter((tag) => tag !== ''),
    instructions: form.instructions.trim() || null,
    model: form.model || null,
    mode: form.mode || null,
    is_shared: form.isShared,
  }
}
