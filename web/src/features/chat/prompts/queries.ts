/** What prompts ask of the server. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client, unwrap } from '@/api/client'
import { ApiError } from '@/api/errors'
import { queryClient } from '@/api/queryClient'
import type { Prompt, PromptFile, PromptIn, PromptsImported } from '@/api/types'

const PROMPTS_A_PAGE = 50
const IN_THE_MENU = 200
const ALL = ['chat', 'prompts'] as const

export interface PromptFilter {
  q?: string
  tag?: string
  is_shared?: boolean
}

export function promptsQuery(filter: PromptFilter) {
  return infiniteQueryOptions({
    queryKey: [...ALL, 'list', filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      unwrap(
        client.GET('/api/v1/chat/prompts', {
          params: { query: { limit: PROMPTS_A_PAGE, ...filter, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (last) => last.next_cursor,
  })
}

/** What the composer's menu offers. */
export function menuPromptsQuery(words: string) {
  return queryOptions({
    queryKey: [...ALL, 'menu', words],
    queryFn: async () => {
      const query = { limit: IN_THE_MENU, ...(words && { q: words }) }
      return (await unwrap(client.GET('/api/v1/chat/prompts', { params: { query } }))).items
    },
    staleTime: 30_000,
    placeholderData: (before) => before,
  })
}

export function readPrompt(id: string): Promise<Prompt> {
  const params = { path: { prompt_id: id } }
  return unwrap(client.GET('/api/v1/chat/prompts/{prompt_id}', { params }))
}

/** Keep a new prompt, or change the one with this id. */
export async function savePrompt(id: string | null, wanted: PromptIn): Promise<Prompt> {
  const kept = id
    ? await unwrap(
        client.PATCH('/api/v1/chat/prompts/{prompt_id}', { params: { path: { prompt_id: id } }, body: wanted }),
      )
    : await unwrap(client.POST('/api/v1/chat/prompts', { body: wanted }))
  await changed()
  return kept
}

export async function sharePrompt(id: string, isShared: boolean): Promise<void> {
  const params = { path: { prompt_id: id } }
  await unwrap(client.PATCH('/api/v1/chat/prompts/{prompt_id}', { params, body: { is_shared: isShared } }))
  await changed()
}

export async function removePrompt(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/chat/prompts/{prompt_id}', { params: { path: { prompt_id: id } } }))
  await changed()
}

export async function readPromptFile(isShared: boolean): Promise<Blob> {
  const params = { query: { is_shared: isShared } }
  const file = await unwrap(client.GET('/api/v1/chat/prompts/export', { params }))
  return new Blob([`${JSON.stringify(file, null, 2)}\n`], { type: 'application/json' })
}

export async function importPrompts(chosen: File, isShared: boolean): Promise<PromptsImported> {
  let file: PromptFile
  try {
    file = JSON.parse(await chosen.text()) as PromptFile
  } catch {
    throw new ApiError(0, 'not_a_prompt_file', '')
  }
  const body = { ...file, is_shared: isShared }
  const came = await unwrap(client.POST('/api/v1/chat/prompts/import', { body }))
  await changed()
  return came
}

async function changed(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ALL })
}
