/** What a person has chosen and written so far of each thing asked. Pure. */
import { isRecord } from '@/api/errors'
import type { QuestionItem, ToolCall } from '@/api/types'

export interface Given {
  chosen: string[]
  /** Words of their own. */
  own: string
}

export const NOTHING_GIVEN: Given = { chosen: [], own: '' }

/** Choose an option, or, of several, take it back; where one answer counts it takes the place of any other. */
export function choose({ is_multiple }: QuestionItem, given: Given, label: string): Given {
  if (!is_multiple) return { chosen: [label], own: '' }
  const { chosen } = given
  return { ...given, chosen: chosen.includes(label) ? chosen.filter((other) => other !== label) : [...chosen, label] }
}

/** Write words of one's own; where one answer counts they take the place of what was chosen. */
export function write({ is_multiple }: QuestionItem, given: Given, own: string): Given {
  return { chosen: is_multiple || own.trim() === '' ? given.chosen : [], own }
}

/** The answers to one thing asked, chosen ones in the order they were offered. */
export function answersTo({ options }: QuestionItem, { chosen, own }: Given): string[] {
  const picked = options.map(({ label }) => label).filter((label) => chosen.includes(label))
  return own.trim() === '' ? picked : [...picked, own.trim()]
}

/** What a finished call asked and was answered: `answers` is null when nobody gave any, `items` empty when it can't be read. */
export function askedBefore({ arguments: given, details }: Pick<ToolCall, 'arguments' | 'details'>): {
  items: string[]
  answers: string[][] | null
} {
  const items = Array.isArray(given.questions) ? given.questions.filter(isRecord).map(({ question }) => question) : []
  const answers = Array.isArray(details.answers) ? details.answers : null
  return {
    items: items.filter((text) => typeof text === 'string'),
    answers: answers?.map((each) => (Array.isArray(each) ? each.map(String) : [])) ?? null,
  }
}
