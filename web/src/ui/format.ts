/** Numbers as people read them, in their own language. */

import { useTranslation } from 'react-i18next'
import { serverNow } from '@/api/serverClock'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
const STEP = 1000
const NANO = 1_000_000_000
/** From here on a figure is shortened: 12.3M says more than 12,345,678. */
const SHORTEN_FROM = 1_000_000
const SPANS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

export interface Format {
  count(value: number): string
  bytes(value: number): string
  /** Money in integer nano-units of its currency. */
  money(nano: number, currency: string): string
  percent(share: number): string
  /** A length of time in its two largest units. */
  span(seconds: number): string
  /** How far away a moment is. */
  ago(at: string, now?: number): string
  day(at: string): string
}

export function formatIn(language: string): Format {
  return {
    count: (value) => countIn(language, value),
    bytes: (value) => bytesIn(language, value),
    money: (nano, currency) => moneyIn(language, nano, currency),
    percent: (share) => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share),
    span: (seconds) => spanIn(language, seconds),
    ago: (at, now = serverNow()) => agoIn(language, (Date.parse(at) - now) / 1000),
    day: (at) => new Date(at).toLocaleDateString(language, { month: 'short', day: 'numeric' }),
  }
}

export function useFormat(): Format {
  const { i18n } = useTranslation()
  return formatIn(i18n.language)
}

function countIn(language: string, value: number): string {
  const short = Math.abs(value) >= SHORTEN_FROM
  const options: Intl.NumberFormatOptions = short
    ? { notation: 'compact', maximumFractionDigits: 2 }
    : { maximumFractionDigits: 1 }
  return new Intl.NumberFormat(language, options).format(value)
}

export function bytesIn(language: string, value: number): string {
  const size = Math.max(0, value)
  const power = size < STEP ? 0 : Math.min(Math.floor(Math.log10(size) / 3), UNITS.length - 1)
  const scaled = size / STEP ** power
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: scaled < 10 && power > 0 ? 1 : 0,
  }).format(scaled)
}

function moneyIn(language: string, nano: number, currency: string): string {
  const amount = nano / NANO
  const small = amount !== 0 && Math.abs(amount) < 1
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: small ? 4 : 2,
  }).format(amount)
}

function spanIn(language: string, seconds: number): string {
  const unit = (name: string, value: number, digits = 0) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value)
  if (seconds < 1) return unit('millisecond', Math.round(seconds * 1000))
  if (seconds < 10) return unit('second', seconds, 1)
  let left = Math.round(seconds)
  const parts: string[] = []
  for (const [name, size] of SPANS) {
    const value = Math.floor(left / size)
    left -= value * size
    if (value > 0) parts.push(unit(name, value))
    if (parts.length === 2 || (parts.length === 1 && value === 0)) break
  }
  return parts.join(' ')
}

function agoIn(language: string, seconds: number): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const size = Math.abs(seconds)
  const [name, length] = SPANS.find(([, span]) => size >= span) ?? (['second', 1] as const)
  return words.format(Math.trunc(seconds / length), name)
}
