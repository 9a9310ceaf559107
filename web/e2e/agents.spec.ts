import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { answers, enter, expect, newMember, type Page, type Person, say, test } from './test.ts'

/** What an agent would run, as the scripted simulator asks for it. */
const run = (command: string) => `[[call=bash {"command": "${command}"}]]`
const card = (page: Page) => page.getByRole('region', { name: 'Permission', exact: true })
const tool = (page: Page) => page.locator('section[data-tool]')

let person: Person

test.beforeEach(async ({ page, hall }) => {
  person = await newMember(hall)
  await enter(page, person)
  await begin(page, hall.url)
})

/** A chat of this test's person whose agent works in a workspace of its own. */
async function begin(page: Page, url: string, mode = 'ask'): Promise<void> {
  const ask = await signedInTo(url, person)
  const workspace = await ask('POST', '/workspaces', { name: 'Bakery' })
  const body = { model: 'simulated-instant', workspace_id: workspace.id, mode }
  const session = await ask('POST', '/chat/sessions', body)
  await page.goto(`/chat/${session.id}`)
  await expect(page.getByRole('button', { name: 'Workspace: Bakery' })).toBeVisible()
}

async function complete(page: Page, words: string): Promise<void> {
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete', { timeout: 20_000 })
  await expect(answers(page).last()).toContainText(words)
}

/** Leave the message box: single keys decide only where nobody is typing. */
async function stopTyping(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).blur()
}

test('a command is run once it is allowed, and shows what it printed', async ({ page }) => {
  await say(page, `${run('echo flour > list.txt && cat list.txt')} [[say=It is written.]]`)
  await expect(card(page)).toContainText('The agent would like to run this')
  await expect(card(page)).toContainText('in the workspace “Bakery”')
  await expect(
    card(page)
      .getByRole('listitem')
      .filter({ hasText: /^cat list\.txt$/ }),
  ).toBeVisible()
  await expect(page).toHaveTitle(/^\(1 waiting\)/)
  await expect(
    page.getByRole('navigation', { name: 'Sessions' }).getByRole('img', { name: 'Waits for you' }),
  ).toBeVisible()
  await page.getByRole('textbox', { name: 'Message' }).press('y')
  await expect(card(page)).toBeVisible()
  await stopTyping(page)
  await page.keyboard.press('y')
  await complete(page, 'It is written.')
  await expect(card(page)).toHaveCount(0)
  await expect(tool(page)).toHaveAttribute('data-status', 'done')
  await expect(page).not.toHaveTitle(/waiting/)
  await page.reload()
  await tool(page)
    .getByRole('button', { name: /Run command/ })
    .click()
  await expect(tool(page).getByRole('region', { name: 'Output' })).toHaveText('flour')
  await expect(tool(page).getByText(/exit code/i)).toHaveText('Exit code 0')
})

test('what is always allowed is not asked for again, and becomes a rule that can be changed and deleted', async ({
  page,
}) => {
  await say(page, `${run('echo one')} ${run('echo two')} [[say=Both.]]`)
  await expect(card(page)).toBeVisible()
  await stopTyping(page)
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog', { name: 'Always allow: Run command' })
  await expect(dialog.getByRole('textbox', { name: 'Pattern 1' })).toHaveValue('echo *')
  await dialog.getByText('Everywhere', { exact: true }).click()
  await dialog.getByRole('button', { name: 'Always allow' }).click()
  await complete(page, 'Both.')
  await expect(tool(page)).toHaveCount(2)

  await page.goto('/settings/rules')
  const row = page.getByRole('row').filter({ hasText: 'echo *' })
  await expect(row).toContainText('Allow')
  await page.getByRole('button', { name: 'Menu of echo *' }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await page.getByText('Forbid', { exact: true }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(row).toContainText('Forbid')
  await page.getByRole('button', { name: 'Menu of echo *' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('heading', { name: 'No rules yet' })).toBeVisible()
})

test('a rejection with words is told to the agent, which goes on', async ({ page }) => {
  await say(page, `${run('rm -rf bread')} [[say=Then I leave it.]]`)
  await expect(card(page)).toContainText('May destroy something')
  await stopTyping(page)
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'What the agent should do instead' }).fill('Keep the bread.')
  await page.getByRole('button', { name: 'Reject and tell' }).click()
  await complete(page, 'Then I leave it.')
  await expect(tool(page)).toHaveAttribute('data-status', 'denied')
  await expect(tool(page)).toContainText('Keep the bread.')
})

test('what waits survives a reload, and can be decided where everything that waits is listed', async ({ page }) => {
  await say(page, `${run('echo warm')} [[say=Warm.]]`)
  await expect(card(page)).toBeVisible()
  await page.reload()
  await expect(card(page)).toContainText('echo warm')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
  const session = page.url()
  await page.getByRole('link', { name: /^Waits for you/ }).click()
  await expect(page.getByRole('heading', { name: 'Waits for you' })).toBeVisible()
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByRole('heading', { name: 'Nothing waits for you' })).toBeVisible()
  await page.goto(session)
  await complete(page, 'Warm.')
})

test('every tab shows what waits, and the first word counts', async ({ page, context }) => {
  await say(page, `${run('echo hot')} [[say=Hot.]]`)
  await expect(card(page)).toBeVisible()
  const second = await context.newPage()
  await second.goto(page.url())
  await expect(card(second)).toContainText('echo hot')
  const deaf = await context.newPage()
  await deaf.routeWebSocket(/\/realtime/, (socket) => socket.close())
  await deaf.route('**/api/v1/realtime/**', (route) => route.abort())
  await deaf.goto('/chat/permissions')
  await expect(card(deaf)).toContainText('echo hot')

  await card(second).getByRole('button', { name: 'Allow once' }).click()
  await expect(card(page)).toHaveCount(0)
  await complete(page, 'Hot.')
  await card(deaf).getByRole('button', { name: 'Allow once' }).click()
  await expect(deaf.getByText('This has been allowed already.')).toBeVisible()
  await expect(card(deaf)).toHaveCount(0)
})

test('stopping takes back what was asked', async ({ page }) => {
  await say(page, `${run('echo cold')} [[say=Cold.]]`)
  await expect(card(page)).toBeVisible()
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(answers(page)).toHaveAttribute('data-status', 'stopped')
  await expect(card(page)).toHaveCount(0)
  await expect(tool(page)).toHaveAttribute('data-status', 'interrupted')
  await expect(page).not.toHaveTitle(/waiting/)
})

test('out of sight, a bar above the message box leads to what waits', async ({ page }) => {
  await page.setViewportSize({ width: 1000, height: 480 })
  await say(page, `[[say=${'A long story of bread. '.repeat(120)}]] ${run('echo far')} [[say=Found.]]`)
  await expect(card(page)).toHaveCount(1)
  await page.getByRole('region', { name: 'Conversation' }).evaluate((region) => region.scrollTo(0, 0))
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(card(page)).toBeInViewport()
  await expect(page.getByRole('button', { name: 'Show' })).toHaveCount(0)
})

test('in edit mode files are changed without asking, and the change is shown', async ({ page }) => {
  await page.getByRole('button', { name: 'Mode: Ask' }).click()
  await page.getByRole('menuitemradio', { name: /^Edit/ }).click()
  await expect(page.getByRole('button', { name: 'Mode: Edit' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Mode: Edit' })).toBeVisible()
  await say(page, '[[call=write {"path": "menu.md", "content": "Rye\\nSpelt\\n"}]] [[say=The menu stands.]]')
  await complete(page, 'The menu stands.')
  await tool(page)
    .getByRole('button', { name: /Write file/ })
    .click()
  const changes = tool(page).getByRole('region', { name: 'Changes' })
  await expect(changes.getByRole('row').filter({ hasText: 'Spelt' })).toBeVisible()
})

test('what an agent means to do stands above the message box', async ({ page }) => {
  await say(page, '[[call=todo {"todos": [{"text": "Bake", "status": "active"}, {"text": "Sell", "status": "done"}]}]]')
  const steps = page.locator('details').filter({ hasText: '1 of 2 steps done' })
  await expect(steps).toContainText('Bake')
  await steps.locator('summary').click()
  await expect(steps.getByRole('listitem')).toHaveText([/Bake/, /Sell/])
  await expect(steps.getByText('Bake', { exact: true }).last()).toHaveCSS('text-decoration-line', 'none')
})

test('what stands below the message keeps to its place at every width', async ({ page, hall }) => {
  const ask = await signedInTo(hall.url, person)
  const workspace = await ask('POST', '/workspaces', { name: 'Bakery of the old town by the river' })
  const session = await ask('POST', '/chat/sessions', { model: 'simulated-instant', workspace_id: workspace.id })
  await page.goto(`/chat/${session.id}`)
  await expect(page.getByRole('button', { name: /^Engine:/ })).toBeVisible()
  for (const width of [360, 480, 721, 860, 1000, 1600]) {
    await page.setViewportSize({ width, height: 700 })
    expect(await crowded(page), `at ${width} px`).toEqual([])
  }
})

/** Buttons below the message that reach over the next one, or out of their own. */
async function crowded(page: Page): Promise<string[]> {
  const bar = page.getByRole('button', { name: 'Send' }).locator('..')
  const buttons = await bar.getByRole('button').evaluateAll((all) =>
    all.map((button) => {
      const { left, right } = button.getBoundingClientRect()
      return { name: button.ariaLabel ?? '', left, right, spills: button.scrollWidth > button.clientWidth }
    }),
  )
  expect(buttons.length).toBeGreaterThan(6)
  return buttons
    .filter(({ right, spills }, at) => spills || right > (buttons[at + 1]?.left ?? 9_999))
    .map((b) => b.name)
}
