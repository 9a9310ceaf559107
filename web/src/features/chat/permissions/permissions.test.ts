import { describe, expect, it } from 'vitest'
import type { Permission, Question } from '@/api/types'
import { type Risk, risksOf } from './risks'
import { reduceWaiting } from './waiting'

function permission(change: Partial<Permission>): Permission {
  return {
    id: 'pe_1',
    session_id: 'se_1',
    turn_id: 'tu_1',
    tool_call_id: 'call_1',
    tool: 'bash',
    kind: 'run',
    patterns: [],
    suggestions: [],
    details: {},
    is_opaque: false,
    status: 'pending',
    message: '',
    created_at: '2026-01-01T00:00:00Z',
    decided_at: null,
    ...change,
  }
}

const event = (type: string, body: Record<string, unknown>) => ({ seq: 1, type, body })

describe('what waits over all sessions', () => {
  const one = permission({})
  const two = permission({ id: 'pe_2', session_id: 'se_2' })

  it('grows as it is asked and shrinks as it is decided, anywhere', () => {
    const asked = [one, two, one].map((each) => event('permission.asked', { permission: each }))
    const both = asked.reduce(reduceWaiting, [])
    expect(both.map(({ id }) => id)).toEqual(['pe_1', 'pe_2'])
    expect(reduceWaiting(both, event('permission.decided', { permission: one }))).toEqual([two])
  })

  it('holds questions too, until they are answered', () => {
    const question = { id: 'qn_1', session_id: 'se_1', items: [] as Question['items'] } as Question
    const asked = reduceWaiting([one], event('question.asked', { question }))
    expect(asked).toEqual([one, question])
    expect(reduceWaiting(asked, event('question.answered', { question }))).toEqual([one])
  })

  it('goes with its session', () => {
    expect(reduceWaiting([one, two], event('session.removed', { id: 'se_2' }))).toEqual([one])
  })

  it('does not change by anything else', () => {
    const waiting = [one]
    expect(reduceWaiting(waiting, event('session.changed', { session: { id: 'se_1' } }))).toBe(waiting)
    expect(reduceWaiting(waiting, event('permission.decided', { permission: two }))).toBe(waiting)
  })
})

describe('what a person should look at twice', () => {
  const commands: [string, Risk[]][] = [
    ['ls -l', []],
    ['git status', []],
    ['grep -rf patterns src', []],
    ['rm -rf build', ['destructive']],
    ['make && sudo make install', ['destructive']],
    ['git push --force origin main', ['destructive', 'network']],
    ['curl https://example.org', ['network']],
    ['cat .env', ['secret']],
    ['cat ~/.ssh/id_rsa', ['secret', 'outside']],
    ['cat /etc/passwd', ['outside']],
    ['make > /dev/null', []],
    ['cp ../other/file .', ['outside']],
  ]
  it.each(commands)('of %s', (command, risks) => {
    expect(risksOf(permission({ patterns: [command], details: { command } }))).toEqual(risks)
  })

  it('is what nobody can tell, and what leaves the machine', () => {
    expect(risksOf(permission({ patterns: ['$(x)'], is_opaque: true }))).toEqual(['opaque'])
    expect(risksOf(permission({ patterns: ['ls'], details: { unconfined: true } }))).toEqual(['unconfined'])
    expect(risksOf(permission({ kind: 'fetch', patterns: ['https://example.org/../.env'] }))).toEqual(['network'])
  })

  it('is the network, for a command that is to have it, and for one that looks like it', () => {
    const details = { command: 'curl https://example.org', network: true }
    expect(risksOf(permission({ patterns: ['network: curl https://example.org'], details }))).toEqual(['networked'])
    expect(risksOf(permission({ patterns: [details.command] }))).toEqual(['network'])
  })

  it('is a secret that is only read', () => {
    expect(risksOf(permission({ kind: 'read', patterns: ['config/.env'] }))).toEqual(['secret'])
    expect(risksOf(permission({ kind: 'edit', patterns: ['src/app.py'] }))).toEqual([])
  })
})
