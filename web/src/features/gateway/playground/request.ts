/** The request that asks one model what a draft says: its address and its body. Pure. */
import type { Draft, Protocol } from './draft'
import { isObject, type Json, readJson } from './json'
import { chatBody } from './protocols/chatBody'
import { messagesBody } from './protocols/messagesBody'
import { responsesBody } from './protocols/responsesBody'

export type Body = Record<string, Json>

export interface ModelRequest {
  protocol: Protocol
  path: string
  /** Without the credential. */
  headers: Record<string, string>
  body: Body
}

const PATHS: Record<Protocol, string> = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
}

const BODIES = { chat: chatBody, responses: responsesBody, messages: messagesBody }

/** Only for a draft without problems. */
export function requestOf(draft: Draft, model: string): ModelRequest {
  const { protocol } = draft
  const extra = readJson(draft.settings.extra || '{}')
  const body = { ...BODIES[protocol](draft, model), ...(extra.isGood && isObject(extra.value) && extra.value) }
  const version: Record<string, string> = protocol === 'messages' ? { 'anthropic-version': '2023-06-01' } : {}
  return { protocol, path: PATHS[protocol], headers: { 'content-type': 'application/json', ...version }, body }
}
