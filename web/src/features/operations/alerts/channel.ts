/** The kinds of alert channels, and what each asks for. Pure. */
import type { AlertChannel, AlertChannelChange, AlertChannelIn } from '@/api/types'

export type ChannelKind = AlertChannel['kind']

export const KINDS: readonly ChannelKind[] = ['in_app', 'email', 'webhook', 'feishu', 'dingtalk', 'wecom']

interface Needs {
  target: 'none' | 'addresses' | 'url'
  secret: 'none' | 'optional' | 'needed'
}

const NEEDS: Record<ChannelKind, Needs> = {
  in_app: { target: 'none', secret: 'none' },
  email: { target: 'addresses', secret: 'none' },
  webhook: { target: 'url', secret: 'needed' },
  feishu: { target: 'url', secret: 'optional' },
  dingtalk: { target: 'url', secret: 'optional' },
  wecom: { target: 'url', secret: 'none' },
}

export function needsOf(kind: ChannelKind): Needs {
  return NEEDS[kind]
}

export interface ChannelForm {
  name: string
  kind: ChannelKind
  target: string
  secret: string
  private: boolean
}

/** The address of a stored channel is not known here: an empty field keeps it. */
export function formFromChannel(channel: AlertChannel | null, name: string): ChannelForm {
  return {
    name: channel?.name ?? name,
    kind: channel?.kind ?? 'in_app',
    target: '',
    secret: '',
    private: channel?.private ?? false,
  }
}

export function channelWanted(form: ChannelForm): AlertChannelIn {
  const { target, secret } = needsOf(form.kind)
  return {
    name: form.name.trim(),
    kind: form.kind,
    target: target === 'none' ? '' : form.target.trim(),
    private: target === 'url' && form.private,
    enabled: true,
    ...(secret !== 'none' && form.secret !== '' && { secret: form.secret.trim() }),
  }
}

/** What to change of a stored channel: an address or secret that was left empty stays. */
export function channelChange(form: ChannelForm): AlertChannelChange {
  const { kind: _kind, enabled: _enabled, target, ...rest } = channelWanted(form)
  return { ...rest, ...(target && { target }) }
}

export type Missing = 'name' | 'target' | 'secret'

export function missingIn(form: ChannelForm, stored: AlertChannel | null): Set<Missing> {
  const missing = new Set<Missing>()
  const { target, secret } = needsOf(form.kind)
  if (form.name.trim() === '') missing.add('name')
  if (target !== 'none' && form.target.trim() === '' && !stored) missing.add('target')
  if (secret === 'needed' && form.secret.trim() === '' && !stored?.has_secret) missing.add('secret')
  return missing
}
