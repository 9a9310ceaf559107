/** Another engine for a session: the real opencode where the clients are installed, and words where it is not. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { startHall } from './hall.ts'
import { signedInTo } from './people.ts'
import { ada, answers, enter, expect, furnish, type Hall, type Page, test as plain, say } from './test.ts'

const OPENCODE = fileURLToPath(
  new URL('../../.clients/node/node_modules/opencode-linux-x64/bin/opencode', import.meta.url),
)

/** A hall whose opencode is this program. */
const withProgram = (program: string) =>
  plain.extend<object, { hall: Hall }>({
    hall: [
      // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from the pattern
      async ({}, use) => {
        const hall = await startHall({ GUILDHALL_OPENCODE: program })
        await furnish(hall.url)
        await use(hall)
        await hall.stop()
      },
      { scope: 'worker', timeout: 90_000 },
    ],
  })

const engine = (page: Page) => page.getByRole('button', { name: /^Engine:/ })
const choice = (page: Page, name: string) => page.getByRole('menuitemradio', { name })

async function makeWorkspace(url: string): Promise<void> {
  const ask = await signedInTo(url, ada)
  await ask('POST', '/workspaces', { name: 'Bakery' })
}

async function pickWorkspace(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Workspace:/ }).click()
  await choice(page, name).click()
}

async function pickEngine(page: Page, name: string): Promise<void> {
  await engine(page).click()
  await choice(page, name).click()
}

const installed = withProgram(OPENCODE)
installed.skip(!existsSync(OPENCODE), 'opencode is not among the clients that are installed')

installed(
  'a chat is answered by opencode, which asks like any agent, and goes on with the built-in one',
  async ({ page, hall }) => {
    installed.setTimeout(180_000)
    await makeWorkspace(hall.url)
    await enter(page, ada)
    await page.goto('/chat')
    await engine(page).click()
    await expect(choice(page, 'opencode')).toContainText('choose a workspace first')
    await choice(page, 'opencode').click()
    await expect(page.getByRole('status').filter({ hasText: 'choose a workspace first' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Engine: Built-in agent' })).toBeVisible()

    await pickWorkspace(page, 'Bakery')
    await pickEngine(page, 'opencode')
    await expect(page.getByRole('button', { name: 'Engine: opencode' })).toBeVisible()
    await page.getByRole('button', { name: /^Model:/ }).click()
    await choice(page, 'simulated-instant').click()
    await say(page, '[[call=bash {"command": "echo flour", "description": "x"}]] [[say=It is in the sack.]]')
    const card = page.getByRole('region', { name: 'Permission', exact: true })
    await expect(card).toContainText('The agent would like to run this', { timeout: 90_000 })
    await expect(page.locator('header').filter({ hasText: 'opencode' })).toBeVisible()
    await card.getByRole('button', { name: 'Allow once' }).click()
    await expect(answers(page).last()).toHaveAttribute('data-status', 'complete', { timeout: 90_000 })
    await expect(answers(page).last()).toContainText('It is in the sack.')

    await pickEngine(page, 'Built-in agent')
    await expect(page.getByRole('button', { name: 'Engine: Built-in agent' })).toBeVisible()
    await say(page, '[[say=Now I answer.]]')
    await expect(answers(page)).toHaveCount(2)
    await expect(answers(page).last()).toContainText('Now I answer.')
    await page.reload()
    await expect(page.getByRole('button', { name: 'Engine: Built-in agent' })).toBeVisible()
  },
)

const missing = withProgram('/nowhere/opencode')

missing(
  'where opencode is not installed, the choice says what to do, and axe finds nothing',
  async ({ page, hall }) => {
    await makeWorkspace(hall.url)
    await enter(page, ada)
    await page.goto('/chat')
    await pickWorkspace(page, 'Bakery')
    await engine(page).click()
    await expect(choice(page, 'opencode')).toContainText('Not installed on this server. An admin adds it with “make')
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations).toEqual([])
    await choice(page, 'opencode').click()
    await expect(page.getByRole('status').filter({ hasText: 'Not installed on this server' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Engine: Built-in agent' })).toBeVisible()
  },
)
