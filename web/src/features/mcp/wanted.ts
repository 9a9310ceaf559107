/** A tool server as the form has it, and as the server wants it. Pure. */
import type { McpRights, McpServer, McpServerChange, McpServerIn } from '@/api/types'

const USUAL_SECONDS = 60

export interface SecretRow {
  id: string
  name: string
  value: string
  /** The last characters of what is stored; null for a new one. */
  stored: string | null
}

export interface ServerForm {
  name: string
  kind: McpServer['kind']
  url: string
  command: string
  secrets: SecretRow[]
  isPrivate: boolean
  hasNetwork: boolean
  timeout: string
}

export function formOf(server: McpServer | null, rights: McpRights): ServerForm {
  return {
    name: server?.name ?? '',
    kind: server?.kind ?? (rights.addresses ? 'http' : 'stdio'),
    url: server?.url ?? '',
    command: server?.command ?? '',
    secrets: Object.entries(server?.secrets ?? {}).map(([name, stored]) => ({ id: name, name, value: '', stored })),
    isPrivate: server?.is_private ?? false,
    hasNetwork: server?.has_network ?? false,
    timeout: String(server?.timeout_seconds ?? USUAL_SECONDS),
  }
}

export function serverWanted(form: ServerForm, scope: McpServer['scope']): McpServerIn {
  const secrets = Object.fromEntries(form.secrets.map(({ name, value }) => [name.trim(), value.trim()]))
  return { ...plain(form), scope, kind: form.kind, secrets, is_enabled: true }
}

/** What was stored and not written anew stays. */
export function changeWanted(form: ServerForm): McpServerChange {
  const secrets = form.secrets.map(({ name, value, stored }) => [
    name.trim(),
    value === '' && stored !== null ? null : value.trim(),
  ])
  return { ...plain(form), secrets: Object.fromEntries(secrets) }
}

function plain({ name, kind, url, command, isPrivate, hasNetwork, timeout }: ServerForm) {
  return {
    name: name.trim(),
    ...(kind === 'http' ? { url: url.trim() } : { command: command.trim() }),
    is_private: kind === 'http' && isPrivate,
    has_network: kind === 'stdio' && hasNetwork,
    timeout_seconds: Number(timeout),
  }
}
