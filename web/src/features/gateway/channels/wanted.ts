/** The form of a channel, and what it asks of the server. Pure. */
import type { Channel, ChannelIn, Preset } from '@/api/types'

export interface ChannelForm {
  name: string
  kind: ChannelIn['kind']
  base_url: string
  api_key: string
  /** `name`, or `name=upstream` where the provider calls it otherwise. */
  models: string[]
  private: boolean
}

export function formFromPreset(preset: Preset): ChannelForm {
  return {
    name: preset.kind === 'custom' ? '' : preset.name,
    kind: preset.kind,
    base_url: preset.base_url ?? '',
    api_key: '',
    models: preset.models,
    private: isLocal(preset.base_url ?? ''),
  }
}

export function formFromChannel(channel: Channel): ChannelForm {
  return {
    name: channel.name,
    kind: channel.kind,
    base_url: channel.base_url ?? '',
    api_key: '',
    models: channel.models.map(({ name, upstream_model }) =>
      upstream_model && upstream_model !== name ? `${name}=${upstream_model}` : name,
    ),
    private: channel.private,
  }
}

export function channelWanted(form: ChannelForm): ChannelIn {
  return { ...connection(form), models: form.models.map(modelWanted) }
}

/** What is needed to reach the provider: everything but the models. An empty field is left out. */
export function connection(form: ChannelForm): Omit<ChannelIn, 'models'> {
  return {
    name: form.name.trim(),
    kind: form.kind,
    private: form.private,
    enabled: true,
    ...(form.base_url.trim() && { base_url: form.base_url.trim() }),
    ...(form.api_key.trim() && { api_key: form.api_key.trim() }),
  }
}

export function modelWanted(text: string): { name: string; upstream_model?: string } {
  const [name = '', ...rest] = text.split('=')
  const upstream = rest.join('=').trim()
  return upstream ? { name: name.trim(), upstream_model: upstream } : { name: name.trim() }
}

export function isLocal(url: string): boolean {
  return /^https?:\/\/(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\])/.test(url)
}
