/** What a sub-agent's card shows. Pure. */
import type { Part, Permission, ToolCall } from '@/api/types'

/** A call of a sub-agent, with what it is. */
export interface Step {
  part: Part
  call: ToolCall
}

/** The calls of the sub-agent that works for a call, in their order. */
export function stepsOf(parts: Part[], { call_id }: ToolCall): Step[] {
  return parts.flatMap((part) => (part.tool?.parent === call_id ? [{ part, call: part.tool }] : []))
}

/** What stands in a folded card: only what waits for a word. */
export function waitingSteps(steps: Step[], permissions: Permission[]): Step[] {
  return steps.filter(({ call }) => permissions.some(({ tool_call_id }) => tool_call_id === call.call_id))
}

/** What a sub-agent is at now; undefined while it thinks. */
export function presentStep(steps: Step[]): Step | undefined {
  return steps.findLast(({ part, call }) => part.ended_at === null && call.status === 'running')
}

/** What it was given to do: in a few words, in full, and whether it only looks; null where it does not say. */
export function taskOf({ arguments: given }: ToolCall): { prompt: string; kind: 'explore' | 'general' | null } {
  const kind = given.agent ?? given.subagent_type
  return {
    prompt: typeof given.prompt === 'string' ? given.prompt : '',
    kind: kind === 'explore' || kind === 'general' ? kind : null,
  }
}

/** A sub-agent's words, without what an engine puts around them for its model. */
export function wordsOf(text: string): string {
  const found = /<task_result>\n?([\s\S]*?)\n?<\/task_result>/.exec(text)
  return (found?.[1] ?? text).trim()
}
