import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { answers, apiToken, enter, expect, newMember, type Page, type Person, say, test } from './test.ts'

const call = (tool: string, input: object) => `[[call=${tool} ${JSON.stringify(input)}]]`
const run = (command: string) => call('bash', { command })
const PAUSE = 'until [ -e go ]; do sleep 0.1; done'

/** A sub-agent that does this; `also` begins it together with the one before. */
function task(about: string, script: string, agent = 'general', word = 'call'): string {
  const input = JSON.stringify({ description: about, prompt: script, agent })
  return `[[${word}=task ${input.replaceAll('[[', '\\u005b\\u005b').replaceAll(']]', '\\u005d\\u005d')}]]`
}

const card = (page: Page, about = '') => page.locator('section[data-tool="task"]').filter({ hasText: about })
const head = (page: Page, about = '') => card(page, about).getByRole('button', { name: /^Sub-agent/ })
const permission = (page: Page) => page.getByRole('region', { name: 'Permission', exact: true })

let person: Person

test.beforeEach(async ({ page, hall }) => {
  person = await newMember(hall)
  await enter(page, person)
  const ask = await signedInTo(hall.url, person)
  const workspace = await ask('POST', '/workspaces', { name: 'Bakery' })
  const body = { model: 'simulated-instant', workspace_id: workspace.id, mode: 'ask' }
  const session = await ask('POST', '/chat/sessions', body)
  await page.goto(`/chat/${session.id}`)
})

async function complete(page: Page, words: string): Promise<void> {
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete', { timeout: 20_000 })
  await expect(answers(page).last()).toContainText(words)
}

test('a sub-agent is one line that tells what it is at, asks in its place, and unfolds to its steps and words', async ({
  page,
  context,
}) => {
  const script = `${run(`echo flour; ${PAUSE}`)} ${run('touch oven')} [[say=There is **flour**.]]`
  await say(page, `${task('Look for flour', script)} [[say=We can bake.]]`)
  await expect(permission(page)).toContainText('Sub-agent: Look for flour')
  await expect(head(page)).toHaveAttribute('aria-expanded', 'false')
  const second = await context.newPage()
  await second.goto(page.url())
  await expect(permission(second)).toContainText('Sub-agent: Look for flour')
  await permission(page)
    .getByRole('button', { name: /^Allow once/ })
    .click()

  await expect(head(page)).toContainText('now: Run command echo flour')
  await head(page).click()
  await expect(card(page).getByRole('region', { name: 'What it was asked' })).toContainText('[[call=bash')
  await expect(card(page).getByRole('region', { name: 'Output' })).toContainText('flour')
  await page.reload()
  await expect(head(page)).toContainText('now: Run command echo flour')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
  await release(page)

  await expect(permission(page)).toContainText('touch oven')
  await permission(page)
    .getByRole('button', { name: /^Allow once/ })
    .click()
  await complete(page, 'We can bake.')
  await complete(second, 'We can bake.')
  await expect(head(second)).toContainText('2 steps')
  await head(page).click()
  await expect(card(page).getByRole('list', { name: 'Steps of the sub-agent' }).locator('> li')).toHaveCount(2)
  await expect(card(page).getByRole('region', { name: 'What it found and did' }).locator('strong')).toHaveText('flour')
})

/** Have the command that waits for the file `go` end. */
async function release(page: Page): Promise<void> {
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const { items } = await (await page.request.get('/api/v1/workspaces', { headers })).json()
  const address = `/api/v1/workspaces/${items[0].id}/file?path=go`
  const type = { 'content-type': 'application/octet-stream' }
  expect((await page.request.put(address, { headers: { ...headers, ...type }, data: Buffer.from('go') })).ok()).toBe(
    true,
  )
}

test('several sub-agents explore at once, each with a card of its own', async ({ page }) => {
  const look = (what: string) => `${call('glob', { pattern: what })} [[say=No ${what}.]]`
  const tasks = [task('Look for rye', look('rye'), 'explore'), task('Look for oats', look('oats'), 'explore', 'also')]
  await say(page, `${tasks.join(' ')} [[say=There is neither.]]`)
  await complete(page, 'There is neither.')
  await expect(card(page)).toHaveCount(2)
  await page.setViewportSize({ width: 390, height: 780 })
  await head(page, 'Look for oats').click()
  await expect(card(page, 'Look for oats')).toContainText('No oats.')
  await expect(card(page, 'Look for oats').getByRole('listitem')).toHaveCount(1)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})
