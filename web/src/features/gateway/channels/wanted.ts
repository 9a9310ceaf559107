/** The form of a channel, and what it asks of the server. Pure. */
import type { Channel, ChannelChange, ChannelIn, Preset } from '@/api/types'
import { numberFrom } from '@/ui/amounts'
import { ALL_NUMBERS, NUMBERS, type NumberName } from './numbers'

export interface ModelNames {
  name: string
  /** What the provider calls it; empty where that is the same. */
  upstream: string
}

export interface HeaderRow {
  id: string
  name: string
  /** Empty for a stored one that is to stay as it is. */
  value: string
  stored: boolean
}

/** Numbers and JSON as they are typed. */
export interface ChannelForm {
  name: string
  kind: ChannelIn['kind']
  base_url: string
  /** The first key of a new channel, a further one of a stored channel. */
  api_key: string
  models: ModelNames[]
  private: boolean
  numbers: Record<NumberName, string>
  headers: HeaderRow[]
  parameters: string
}

export function formFromPreset(preset: Preset): ChannelForm {
  return {
    name: preset.kind === 'custom' ? '' : preset.name,
    kind: preset.kind,
    base_url: preset.base_url ?? '',
    api_key: '',
    models: preset.models.map((name) => ({ name, upstream: '' })),
    private: isLocal(preset.base_url ?? ''),
    numbers: numbersAs((name) => NUMBERS[name].given),
    headers: [],
    parameters: '',
  }
}

export function formFromChannel(channel: Channel): ChannelForm {
  return {
    name: channel.name,
    kind: channel.kind,
    base_url: channel.base_url,
    api_key: '',
    models: channel.models.map(({ name, upstream_model }) => ({
      name,
      upstream: upstream_model === name ? '' : upstream_model,
    })),
    private: channel.private,
    numbers: numbersAs((name) => channel[name]),
    headers: channel.headers.map((name) => ({ id: name, name, value: '', stored: true })),
    parameters: Object.keys(channel.parameters).length > 0 ? JSON.stringify(channel.parameters, null, 2) : '',
  }
}

/** The whole channel: to add it, or to try it before it is kept. */
export function channelWanted(form: ChannelForm): ChannelIn {
  const { base_url, weight, priority, headers, ...rest } = partsOf(form)
  return {
    ...rest,
    kind: form.kind,
    enabled: true,
    weight: weight ?? NUMBERS.weight.given,
    priority: priority ?? NUMBERS.priority.given,
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null)) as Record<
      string,
      string
    >,
    ...(base_url !== null && { base_url }),
    ...(form.api_key.trim() && { api_key: form.api_key.trim() }),
  }
}

/** What to try: nobody sees its name, so it may have none yet. */
export function draftWanted(form: ChannelForm): ChannelIn {
  return channelWanted({ ...form, name: form.name.trim() || form.kind })
}

/** Only what differs, so that what others change meanwhile stays. Keys are stored by themselves. */
export function changesOf(channel: Channel, form: ChannelForm): ChannelChange {
  const before: Record<string, unknown> = partsOf(formFromChannel(channel))
  const now = Object.entries(partsOf(form))
  return Object.fromEntries(now.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])))
}

/** Whether it can be tried only once it is stored: secrets that are stored do not come back to a browser. */
export function needsStored(channel: Channel, form: ChannelForm): boolean {
  const usesStoredKey = channel.keys.length > 0 && form.api_key.trim() === ''
  return usesStoredKey || form.headers.some((row) => row.stored && row.value === '')
}

function partsOf(form: ChannelForm) {
  return {
    name: form.name.trim(),
    base_url: form.base_url.trim() || null,
    private: form.private,
    models: form.models.map(({ name, upstream }) => ({
      name: name.trim(),
      ...(upstream.trim() && upstream.trim() !== name.trim() && { upstream_model: upstream.trim() }),
    })),
    ...(Object.fromEntries(
      ALL_NUMBERS.map((name) => [name, numberFrom(form.numbers[name]) ?? NUMBERS[name].given]),
    ) as Record<NumberName, number | null>),
    headers: Object.fromEntries(
      form.headers
        .filter(({ name }) => name.trim() !== '')
        .map(({ name, value, stored }) => [name.trim().toLowerCase(), stored && value === '' ? null : value.trim()]),
    ) as Record<string, string | null>,
    parameters: parametersFrom(form.parameters) ?? {},
  }
}

/** The fields of a JSON object; null when it is none. Nothing at all is an object without fields. */
export function parametersFrom(text: string): Record<string, unknown> | null {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

/** One model as it is typed: its name, or `name=upstream`. */
export function modelTyped(text: string): ModelNames {
  const [name = '', ...rest] = text.split('=')
  return { name: name.trim(), upstream: rest.join('=').trim() }
}

export function isLocal(url: string): boolean {
  return /^https?:\/\/(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\])/.test(url)
}

function numbersAs(value: (name: NumberName) => number | null): Record<NumberName, string> {
  return Object.fromEntries(ALL_NUMBERS.map((name) => [name, String(value(name) ?? '')])) as Record<NumberName, string>
}
