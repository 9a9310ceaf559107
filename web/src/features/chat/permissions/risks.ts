/** What a person should look at twice before they allow it. Pure, and only a hint: rules and sandbox decide. */
import type { Permission } from '@/api/types'

export type Risk = 'unconfined' | 'opaque' | 'networked' | 'destructive' | 'network' | 'secret' | 'outside'

const DESTRUCTIVE =
  /(^|[\s;&|(])(rm\s+(-\w*\s+)*-\w*[rRf]|sudo\b|mkfs|dd\s+.*of=|shred\b|chmod\s+-R|chown\s+-R|git\s+(reset\s+--hard|clean\s+-\w*f|push\s+.*(--force|-f\b))|kill(all)?\b|truncate\b)/
const NETWORK =
  /(^|[\s;&|(])(curl|wget|ssh|scp|rsync|nc|ftp|git\s+(push|pull|fetch|clone)|pip3?\s+install|npm\s+(i|install|ci|publish)|docker\s+(pull|push))\b/
const SECRET = /(^|[/\s"'=])(\.env(\.\w+)?|[^\s]*\.pem|[^\s]*id_(rsa|ed25519)[^\s]*|[^\s]*credentials)(?=$|[\s"';&|)])/
const OUTSIDE = /(^|[\s"'=])(\/(?!dev\/null|tmp\b)\w|~\/|\.\.\/)/

export function risksOf({ kind, patterns, details, is_opaque }: Permission): Risk[] {
  const command = typeof details.command === 'string' ? details.command : ''
  const touched = [command, ...patterns]
  const has = (pattern: RegExp) => touched.some((text) => pattern.test(text))
  const runs = kind === 'run'
  const risks: [Risk, boolean][] = [
    ['unconfined', details.unconfined === true],
    ['opaque', is_opaque],
    ['networked', details.network === true],
    ['destructive', runs && has(DESTRUCTIVE)],
    ['network', (kind === 'fetch' && !details.server) || (runs && has(NETWORK) && details.network !== true)],
    ['secret', kind !== 'fetch' && has(SECRET)],
    ['outside', kind !== 'fetch' && has(OUTSIDE)],
  ]
  return risks.filter(([, holds]) => holds).map(([risk]) => risk)
}
