import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { answers, enter, expect, newMember, type Page, type Person, say, test } from './test.ts'

const CHANGES = [
  '[[call=read {"path": "list.txt"}]]',
  '[[call=edit {"path": "list.txt", "old_text": "salt\\n", "new_text": "sugar\\nyeast\\n"}]]',
  '[[call=write {"path": "new.txt", "content": "one\\n"}]]',
  '[[say=Both are done.]]',
].join(' ')
const changes = (page: Page) => page.getByRole('region', { name: 'Changed files', exact: true })

let person: Person
let workspace: string

test.beforeEach(async ({ page, hall }) => {
  person = await newMember(hall)
  await enter(page, person)
  const ask = await signedInTo(hall.url, person)
  workspace = String((await ask('POST', '/workspaces', { name: 'Bakery' })).id)
  const body = { model: 'simulated-instant', workspace_id: workspace, mode: 'full' }
  await write(page, 'flour\nsalt\n')
  await page.goto(`/chat/${(await ask('POST', '/chat/sessions', body)).id}`)
})

async function write(page: Page, text: string, path = 'list.txt'): Promise<void> {
  const token = await tokenOf(page)
  const address = `/api/v1/workspaces/${workspace}/file?path=${path}`
  const answer = await page.request.put(address, { data: text, headers: { authorization: `Bearer ${token}` } })
  expect(answer.ok()).toBe(true)
}

async function read(page: Page, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${await tokenOf(page)}` }
  const answer = await page.request.get(`/api/v1/workspaces/${workspace}/file/raw?path=${path}`, { headers })
  return answer.ok() ? await answer.text() : ''
}

async function tokenOf(page: Page): Promise<string> {
  const { email, password } = person
  const answer = await page.request.post('/api/v1/auth/login', { data: { email, password } })
  return String((await answer.json()).access_token)
}

async function change(page: Page): Promise<void> {
  await say(page, CHANGES)
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete', { timeout: 20_000 })
  await expect(changes(page)).toContainText('2 files changed')
}

test('what an answer changed is looked at, undone and redone, and another tab sees it', async ({ page, context }) => {
  await change(page)
  await changes(page).getByRole('button', { name: '2 files changed' }).click()
  const file = changes(page).getByRole('button', { name: /list\.txt/ })
  await expect(file).toContainText('changed')
  await expect(file.getByRole('img', { name: '2 lines added' })).toBeVisible()
  await file.click()
  await expect(changes(page).getByRole('region', { name: 'Changes of list.txt' })).toContainText('sugar')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])

  const second = await context.newPage()
  await second.goto(page.url())
  await expect(changes(second)).toContainText('2 files changed')
  await changes(page).getByRole('button', { name: 'Undo' }).click()
  await expect(changes(page)).toHaveAttribute('data-state', 'undone')
  await expect(changes(second)).toHaveAttribute('data-state', 'undone')
  expect([await read(page, 'list.txt'), await read(page, 'new.txt')]).toEqual(['flour\nsalt\n', ''])
  await changes(second).getByRole('button', { name: 'Redo' }).click()
  await expect(changes(page)).toHaveAttribute('data-state', 'made')
  expect(await read(page, 'list.txt')).toBe('flour\nsugar\nyeast\n')
})

test('what somebody changed since stays and is named', async ({ page }) => {
  await change(page)
  await write(page, 'mine\n')
  await changes(page).getByRole('button', { name: 'Undo' }).click()
  await expect(changes(page).getByRole('status')).toContainText('list.txt somebody has changed it since')
  await expect(changes(page)).toHaveAttribute('data-state', 'partly')
  expect([await read(page, 'list.txt'), await read(page, 'new.txt')]).toEqual(['mine\n', ''])
})

test('an answer tells what it took, and the session all together, also after a reload', async ({ page }) => {
  await change(page)
  const meter = answers(page).last().locator('footer details')
  await meter.locator('summary').click()
  await expect(meter).toContainText('Model calls4')
  await page.reload()
  await expect(answers(page).last().locator('footer summary')).toContainText(/in, .* out · /)
  await page.getByRole('button', { name: 'Usage and limits' }).click()
  const dialog = page.getByRole('dialog', { name: 'Usage and limits' })
  await expect(dialog).toContainText('Model calls4')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
})

test('an answer ends in words at its limit, and is gone on with', async ({ page }) => {
  await page.getByRole('button', { name: 'Usage and limits' }).click()
  const dialog = page.getByRole('dialog', { name: 'Usage and limits' })
  await dialog.getByRole('textbox', { name: 'Model calls' }).fill('0')
  await expect(dialog).toContainText('A whole number from 1 to 1,000, or nothing.')
  await dialog.getByRole('textbox', { name: 'Model calls' }).fill('1')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)
  await say(page, '[[call=list {}]] [[say=Done.]]')
  await expect(answers(page).last()).toHaveAttribute('data-status', 'stopped', { timeout: 20_000 })
  await expect(answers(page).last()).toContainText('stopped after 1 model calls')
  await answers(page).last().getByRole('button', { name: 'Go on' }).click()
  await expect(answers(page)).toHaveCount(2)
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete', { timeout: 20_000 })
})
