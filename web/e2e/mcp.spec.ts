/** Tool servers: added by an admin, tried, asked for in a chat, done without; and what a member sees and may add. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { ada, answers, enter, expect, newMember, type Page, say, test } from './test.ts'

const PROGRAM = fileURLToPath(new URL('../../tests/fakes/mcp_program.py', import.meta.url))
const call = (text: string) => `[[call=desk_echo ${JSON.stringify({ text })}]] [[say=Done.]]`

let server: ChildProcess
let address: string

test.beforeAll(async () => {
  server = spawn('python3', [PROGRAM, '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<string>((resolve) =>
    server.stdout?.once('data', (line) => resolve(String(line).trim())),
  )
  address = `http://127.0.0.1:${port}/`
})

test.afterAll(() => {
  server.kill()
})

async function clean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
}

test('an admin adds a server, an agent asks for its tool, and a session does without it', async ({ page, hall }) => {
  await enter(page, ada)
  await page.goto('/admin/tools')
  await page.getByRole('button', { name: 'Add server' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('desk')
  await dialog.getByRole('textbox', { name: 'Address' }).fill(address)
  await dialog.getByRole('button', { name: 'Add server' }).click()
  await expect(dialog.getByRole('alert')).toContainText('This address may not be used')
  await dialog.getByRole('switch', { name: 'On this machine or network' }).click()
  await clean(page)
  await dialog.getByRole('button', { name: 'Add server' }).click()
  const row = page.getByRole('listitem', { name: 'desk' })
  await expect(row).toContainText('Works', { timeout: 20_000 })
  await row.getByText('12 tools').click()
  await expect(row.getByText('desk_echo')).toBeVisible()
  await clean(page)

  const ask = await signedInTo(hall.url)
  const session = await ask('POST', '/chat/sessions', { model: 'simulated-instant', mode: 'ask' })
  await page.goto(`/chat/${session.id}`)
  await say(page, call('hello from the desk'))
  const permission = page.getByRole('region', { name: 'Permission', exact: true })
  await expect(permission).toContainText('desk_echo')
  await expect(permission).toContainText('hello from the desk')
  await permission.getByRole('button', { name: /^Allow once/ }).click()
  const card = page.locator('section[data-tool]')
  await expect(card).toHaveAttribute('data-status', 'done', { timeout: 20_000 })
  await expect(answers(page).last()).toContainText('Done.')

  await page.getByRole('main').getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Tool servers…' }).click()
  await dialog.getByRole('switch', { name: /desk/ }).click()
  await expect(dialog.getByRole('switch', { name: /desk/ })).not.toBeChecked()
  await page.keyboard.press('Escape')
  await say(page, call('once more'))
  await expect(card.last()).toHaveAttribute('data-status', 'failed', { timeout: 20_000 })

  await page.goto('/admin/tools')
  await row.getByRole('button', { name: 'Menu of desk' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(row).toHaveCount(0)
})

test('a member sees the hall’s servers, and adds one of their own that says why it fails', async ({ page, hall }) => {
  const ask = await signedInTo(hall.url)
  const wanted = { scope: 'hall', name: 'shared', kind: 'http', url: address, is_private: true }
  const shared = await ask('POST', '/mcp/servers', wanted)
  await enter(page, await newMember(hall))
  await page.goto('/settings/tools')
  await expect(page.getByRole('listitem', { name: 'shared' })).toBeVisible()
  await expect(page.getByText(address)).toHaveCount(0)
  await page.getByRole('button', { name: 'Add server' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('mine')
  await dialog.getByRole('textbox', { name: 'Address' }).fill('https://no-such-host.invalid/mcp')
  await dialog.getByRole('button', { name: 'Add header' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).last().fill('Authorization')
  await dialog.getByLabel('Value of Authorization').fill('Bearer 0123456789abcdef')
  await dialog.getByRole('button', { name: 'Add server' }).click()
  const row = page.getByRole('listitem', { name: 'mine' })
  await expect(row).toContainText(/could not be found|did not answer/, { timeout: 40_000 })
  await row.getByRole('button', { name: 'Menu of mine' }).click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  await expect(dialog.getByLabel('Value of Authorization')).toHaveAttribute('placeholder', /cdef/)
  await page.keyboard.press('Escape')
  await row.getByRole('button', { name: 'Menu of mine' }).click()
  await page.getByRole('menuitem', { name: 'Turn off' }).click()
  await expect(row).toContainText('Off')
  await ask('DELETE', `/mcp/servers/${shared.id}`)
})
