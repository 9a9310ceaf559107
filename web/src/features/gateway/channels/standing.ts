/** How a channel stands: on, off, or switched off because its provider refused it. Pure. */
import type { Channel, ChannelKey } from '@/api/types'

export type Standing = 'on' | 'someKeysRefused' | 'refused' | 'off'

export function standingOf(channel: Channel): Standing {
  if (!channel.enabled) return 'off'
  const refused = keysOff(channel).length
  if (channel.off_at || (refused > 0 && refused === channel.keys.length)) return 'refused'
  return refused > 0 ? 'someKeysRefused' : 'on'
}

export function keysOff(channel: Channel): ChannelKey[] {
  return channel.keys.filter((key) => key.off_at !== null)
}

export interface Refusal {
  reason: string
  at: string
}

/** Why and since when nothing goes through a refused channel: since its last key was refused. */
export function refusalOf(channel: Channel): Refusal | null {
  if (channel.off_at) return { reason: channel.off_reason ?? '', at: channel.off_at }
  const times = keysOff(channel).flatMap(({ off_at, off_reason }) =>
    off_at ? [{ reason: off_reason ?? '', at: off_at }] : [],
  )
  return times.toSorted((a, b) => b.at.localeCompare(a.at))[0] ?? null
}

const REASONS = {
  'The provider refused the key.': 'key_refused',
  'The provider knows the key, but wants the account to be paid up.': 'payment_required',
} as const

export type RefusalCode = (typeof REASONS)[keyof typeof REASONS]

/** A reason as the server stores it: our own sentence, which can be translated, and what the provider said. */
export function reasonParts(reason: string): { code: RefusalCode | null; said: string } {
  for (const [sentence, code] of Object.entries(REASONS)) {
    if (reason.startsWith(sentence)) {
      return { code, said: reason.slice(sentence.length).replace(/^\s*It said:\s*/, '') }
    }
  }
  return { code: null, said: reason }
}
