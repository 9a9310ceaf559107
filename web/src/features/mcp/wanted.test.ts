import { expect, test } from 'vitest'
import type { McpServer } from '@/api/types'
import { changeWanted, formOf, serverWanted } from './wanted'

const rights = { addresses: true, programs: true, hall: true, program_hindrance: '' }

test('a new server has an address and no command, or a command and no address', () => {
  const form = { ...formOf(null, rights), name: ' docs ', url: ' https://example.org/mcp ' }
  expect(serverWanted(form, 'own')).toEqual({
    scope: 'own',
    name: 'docs',
    kind: 'http',
    url: 'https://example.org/mcp',
    secrets: {},
    is_private: false,
    has_network: false,
    is_enabled: true,
    timeout_seconds: 60,
  })
  const program = serverWanted({ ...form, kind: 'stdio', command: 'python3 x.py' }, 'hall')
  expect(program).toMatchObject({ scope: 'hall', kind: 'stdio', command: 'python3 x.py', has_network: false })
  expect(program).not.toHaveProperty('url')
})

test('secrets that are not written anew stay, and those that are taken out go', () => {
  const stored = { kind: 'http', secrets: { A: 'aaaa', B: 'bbbb', C: 'cccc' } } as unknown as McpServer
  const form = formOf(stored, rights)
  const secrets = form.secrets.filter(({ name }) => name !== 'C')
  const anew = secrets.map((row) => (row.name === 'B' ? { ...row, value: 'new' } : row))
  expect(changeWanted({ ...form, secrets: anew }).secrets).toEqual({ A: null, B: 'new' })
})
