import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

const forbidden = [
  ['src/api/a.ts', '@/ui/Tag'],
  ['src/ui/a.ts', '@/features/chat/view'],
  ['src/features/chat/a.ts', '@/routes/router'],
  ['src/features/chat/b.ts', '@/features/accounts/queries'],
  ['src/features/chat/c.ts', '../accounts/queries'],
  ['src/features/gateway/channels/a.ts', '../../chat/view'],
] as const

const allowed = [
  ['src/routes/a.ts', '@/features/chat/view'],
  ['src/features/chat/d.ts', '@/ui/Tag'],
  ['src/features/chat/e.ts', './view'],
  ['src/ui/b.ts', '@/api/errors'],
  ['src/ui/editor/c.ts', 'monaco-editor/features/find/register'],
] as const

let folder: string
let said: string

/** Biome with our rules over a small tree in which each file has one import. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'floors-'))
  cpSync('biome.json', join(folder, 'biome.json'))
  for (const [path, imported] of [...forbidden, ...allowed]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), `import { x } from '${imported}'\n\nexport const y = x\n`)
  }
  const biome = resolve('node_modules/.bin/biome')
  const { stdout, stderr } = spawnSync(biome, ['lint', '--max-diagnostics=none', 'src'], {
    cwd: folder,
    encoding: 'utf8',
  })
  said = stdout + stderr
})
afterAll(() => rmSync(folder, { recursive: true }))

it.each(forbidden)('%s may not import %s', (path) => {
  expect(said).toMatch(new RegExp(`${path}:1:\\d+ lint/style/noRestrictedImports`))
})

it.each(allowed)('%s may import %s', (path) => {
  expect(said).not.toContain(`${path}:1`)
})
