/** Pictures for the documentation of agents at work and of workspaces, written to docs/images. */
import { signedInTo } from './people.ts'
import { picture, speakChinese } from './picture.ts'
import { ada, answers, apiToken, enter, expect, type Page, say, test } from './test.ts'

const OVEN = `"""How long each loaf stays in the oven."""

MINUTES = {"rye": 55, "spelt": 45, "wheat": 40}


def minutes(loaf: str) -> int:
    """Minutes in the oven; a loaf nobody knows gets three quarters of an hour."""
    return MINUTES.get(loaf, 45)
`
const FILES = {
  'README.md': '# Bakery\n\nBread for the hall: recipes, the oven, and who wants what.\n',
  'oven.py': OVEN,
  'orders.csv': 'loaf,count\nrye,12\nspelt,8\nwheat,20\n',
  'recipes/rye.md': '# Rye\n\n- 500 g flour\n- 10 g salt\n- sourdough\n',
  'recipes/spelt.md': '# Spelt\n\n- 500 g flour\n- 8 g salt\n',
}
const call = (tool: string, input: object) => `[[call=${tool} ${JSON.stringify(input)}]]`
const PLAN = call('todo', {
  todos: [
    { text: 'Read how long each loaf bakes', status: 'done' },
    { text: 'Give rye five more minutes', status: 'active' },
    { text: 'Run the check', status: 'pending' },
  ],
})
const EDIT = call('edit', { path: 'oven.py', old_text: '"rye": 55', new_text: '"rye": 60' })
const CHECK = call('bash', { command: 'python3 -c "import oven; print(oven.minutes(\'rye\'))" && wc -l orders.csv' })

/** What the agent does, whatever it is told: the simulator keeps to its instructions. */
const SCRIPT = `${PLAN} ${call('read', { path: 'oven.py' })} ${EDIT} ${CHECK} [[say=Rye bakes for an hour now.]]`

/** A workspace with a bakery's files, and a chat whose agent works there. */
async function bakery(page: Page, url: string): Promise<{ workspace: string; session: string }> {
  const ask = await signedInTo(url, ada)
  const { id: workspace } = await ask('POST', '/workspaces', { name: 'Bakery' })
  const headers = { authorization: `Bearer ${await apiToken(page)}`, 'content-type': 'application/octet-stream' }
  for (const [path, text] of Object.entries(FILES)) {
    const address = `/api/v1/workspaces/${workspace}/file?path=${encodeURIComponent(path)}`
    await page.request.put(address, { headers, data: Buffer.from(text) })
  }
  const wanted = { model: 'simulated-instant', workspace_id: workspace, mode: 'ask', instructions: SCRIPT }
  const { id: session } = await ask('POST', '/chat/sessions', wanted)
  return { workspace: String(workspace), session: String(session) }
}

test.use({ contextOptions: { reducedMotion: 'reduce' }, deviceScaleFactor: 1.5 })

test('an agent at work', async ({ page, hall }) => {
  await enter(page, ada)
  const { session } = await bakery(page, hall.url)
  await page.setViewportSize({ width: 1280, height: 960 })
  await page.goto(`/chat/${session}`)
  await say(page, 'The rye comes out too pale. Give it five more minutes, and check that it holds.')
  const card = page.getByRole('region', { name: 'Permission', exact: true })
  await expect(card).toContainText('oven.py', { timeout: 20_000 })
  await picture(page, 'agent-asks')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'agent-asks-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 390, height: 780 })
  await picture(page, 'agent-asks-phone')
  await page.setViewportSize({ width: 1280, height: 960 })
  await card.getByRole('button', { name: /^Allow once/ }).click()
  await expect(card).toContainText('wc -l', { timeout: 20_000 })
  await card.getByRole('button', { name: /^Allow once/ }).click()
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete', { timeout: 20_000 })
  await page.getByText('1 of 3 steps done').click()
  const ran = page.locator('section[data-tool]').last()
  await expect(ran.getByRole('button', { name: /^Run command/ })).toHaveAttribute('aria-expanded', 'true')
  await picture(page, 'agent-done')
  await speakChinese(page)
  await page.goto(`/chat/${session}`)
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete')
  await picture(page, 'agent-done-zh')
})

test('a workspace', async ({ page, hall }) => {
  await enter(page, ada)
  const { workspace } = await bakery(page, hall.url)
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(`/workspaces/${workspace}`)
  await page.getByRole('treeitem', { name: 'recipes', exact: true }).click()
  await page.getByRole('treeitem', { name: 'oven.py', exact: true }).click()
  await expect(page.locator('.monaco-editor .view-lines').first()).toContainText('MINUTES', { timeout: 20_000 })
  await picture(page, 'workspace')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'workspace-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 390, height: 780 })
  await picture(page, 'workspace-phone')
})
