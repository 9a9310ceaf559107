/** What the figures of a call are in words. */
import { useTranslation } from 'react-i18next'
import type { Call } from '@/api/types'
import { codeText } from '@/ui/errorText'
import { type Format, useFormat } from '@/ui/format'
import { Tag } from '@/ui/Tag'

const TONES = { ok: 'good', refused: 'warn', failed: 'bad' } as const
const MICROSECONDS = 1_000_000

/** How a call ended: a word, its status, and what was wrong. */
export function CallStatus({ call }: { call: Call }) {
  const { t } = useTranslation('calls')
  return (
    <Tag tone={TONES[call.outcome]}>
      {t(`outcomes.${call.outcome}`)} {call.status}
    </Tag>
  )
}

/** Our words for what went wrong, else the server's; nothing when all went well. */
export function useProblem(): (call: Call) => string | null {
  const { i18n } = useTranslation('errors')
  return ({ outcome, code, message }) => (outcome === 'ok' ? null : codeText(i18n, code, message ?? code ?? ''))
}

/** A name, or the id of what is gone. */
export function nameOf(party: Call['user']): string {
  return party ? (party.name ?? party.id) : '–'
}

export function spanOf(format: Format, microseconds: number | null): string {
  if (microseconds === null) return '–'
  return microseconds < 1000 ? `${microseconds} µs` : format.span(microseconds / MICROSECONDS)
}

/** What a call cost; what used nothing has no cost, which is not the same as a price that nobody knows. */
export function useCost(): (call: Call, currency: string) => string {
  const { t } = useTranslation('calls')
  const format = useFormat()
  return ({ cost_nano, input_tokens, output_tokens }, currency) => {
    if (cost_nano !== null) return format.money(cost_nano, currency)
    return input_tokens || output_tokens ? t('unpriced') : '–'
  }
}
