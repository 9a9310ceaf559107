/** Fails when a page's first load weighs more than its budget: everything it fetches before it can be used, gzipped. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const KB = 1024
const ENTRY = 'index.html'
const LANGUAGE = 'src/locales/en/index.ts'
const SHELL = 'src/routes/shell/AppShell.tsx'

const budgets = [
  { page: 'entry', kilobytes: 180, chunks: [ENTRY] },
  { page: 'sign-in', kilobytes: 245, chunks: [ENTRY, LANGUAGE, 'src/routes/pages/SignInPage.tsx'] },
  { page: 'chat', kilobytes: 280, chunks: [ENTRY, LANGUAGE, SHELL, 'src/routes/pages/ChatPages.tsx'] },
  { page: 'gateway', kilobytes: 500, chunks: [ENTRY, LANGUAGE, SHELL, 'src/routes/pages/GatewayPages.tsx'] },
  {
    page: 'playground',
    kilobytes: 500,
    chunks: [
      ENTRY,
      LANGUAGE,
      SHELL,
      'src/routes/pages/GatewayPages.tsx',
      'src/locales/en/playground.json',
      'src/routes/pages/PlaygroundPage.tsx',
    ],
  },
  {
    page: 'workspace',
    kilobytes: 500,
    chunks: [ENTRY, LANGUAGE, SHELL, 'src/locales/en/workspaces.json', 'src/routes/pages/WorkspacePages.tsx'],
  },
  // Fetched after the page, when the first text is opened; the entry, which is here already, counts too.
  { page: 'editor', kilobytes: 1000, chunks: ['src/ui/editor/monaco.ts'] },
  { page: 'settings', kilobytes: 500, chunks: [ENTRY, LANGUAGE, SHELL, 'src/routes/pages/SettingsPages.tsx'] },
  {
    page: 'dashboard',
    kilobytes: 500,
    chunks: [
      ENTRY,
      LANGUAGE,
      SHELL,
      'src/routes/pages/AdminLayout.tsx',
      'src/locales/en/admin.json',
      'src/features/operations/dashboard/DashboardPage.tsx',
      'src/ui/chart/draw.ts',
    ],
  },
  {
    page: 'alerts',
    kilobytes: 500,
    chunks: [
      ENTRY,
      LANGUAGE,
      SHELL,
      'src/routes/pages/AdminLayout.tsx',
      'src/locales/en/admin.json',
      'src/features/operations/alerts/RulesPage.tsx',
    ],
  },
]

const folder = new URL('../../src/guildhall/static/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', folder), 'utf8'))

/** A chunk, its style sheets, and everything it imports at once. */
function files(name, found = new Set()) {
  const chunk = manifest[name]
  if (!chunk) throw new Error(`${name} is not in the build; has it been renamed?`)
  if (found.has(chunk.file)) return found
  found.add(chunk.file)
  for (const sheet of chunk.css ?? []) found.add(sheet)
  for (const imported of chunk.imports ?? []) files(imported, found)
  return found
}

let isOver = false
for (const { page, kilobytes, chunks } of budgets) {
  const all = new Set(chunks.flatMap((name) => [...files(name)]))
  const size = [...all].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, folder))).length, 0) / KB
  const over = size > kilobytes
  isOver ||= over
  console.log(`${over ? 'OVER' : 'ok  '} ${page.padEnd(10)} ${size.toFixed(1).padStart(6)} of ${kilobytes} KB`)
}
if (isOver) process.exit(1)
