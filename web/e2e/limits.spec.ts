import { AxeBuilder } from '@axe-core/playwright'
import { configure, signedInTo } from './people.ts'
import { enter, expect, newMember, type Page, pickModel, say, test } from './test.ts'

const MODEL = 'simulated-instant'
const A_TOKEN = 1_000 // nano: a unit of the currency for a million tokens

async function expectClean(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  )
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
}

/** By itself the simulator is free. */
async function givePrice(url: string): Promise<void> {
  const ask = await signedInTo(url)
  const rates = { input: A_TOKEN * 1_000_000, output: A_TOKEN * 1_000_000 }
  await ask('POST', '/gateway/prices', { model: MODEL, rates })
}

/** A program with a key of its own: what it is answered. */
async function call(url: string, key: string, more: object = {}) {
  const body = { model: MODEL, messages: [{ role: 'user', content: '[[say=one two]]' }], ...more }
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify(body) })
  const { error } = (await response.json()) as { error?: { code: string; message: string } }
  return { status: response.status, code: error?.code ?? null, message: error?.message ?? '' }
}

async function keyOf(url: string, person: { name: string; email: string; password: string }, more: object = {}) {
  const ask = await signedInTo(url, person)
  return String((await ask('POST', '/keys', { name: 'a program', ...more })).key)
}

function part(page: Page, name: string) {
  return page.getByRole('dialog').getByRole('button', { name: new RegExp(`^${name}`) })
}

async function openPerson(page: Page, person: { name: string; email: string }): Promise<void> {
  await page.goto(`/admin/users?search=${encodeURIComponent(person.email)}`)
  await page.getByRole('link', { name: person.name, exact: true }).click()
  await expect(page.getByRole('heading', { name: person.name, level: 1 })).toBeVisible()
}

test('a key with a model and a quota is used up, and its owner sees it', async ({ page, hall }) => {
  await givePrice(hall.url)
  await enter(page, await newMember(hall))
  await page.goto('/settings/keys')
  await page.getByRole('button', { name: 'Create key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('nightly')
  await dialog.getByRole('button', { name: 'More settings' }).click()
  await part(page, 'Models and endpoints').click()
  await dialog.getByLabel('Models', { exact: true }).fill(MODEL)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await dialog.getByRole('checkbox', { name: 'Chat completions' }).check()
  await part(page, 'Quota').click()
  await dialog.getByLabel('Money').fill('0,001')
  await expect(dialog.getByText('Write an amount such as 20 or 12.50')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Create key' })).toBeDisabled()
  await dialog.getByLabel('Money').fill('0.0001')
  await dialog.getByLabel('In each').selectOption('week')
  await expectClean(page)
  await dialog.getByRole('button', { name: 'Create key' }).click()
  const key = await page.getByTestId('new-key').innerText()
  await expect(dialog).toContainText(MODEL)
  await page.getByRole('button', { name: 'Done' }).click()
  const row = page.getByRole('row', { name: /nightly/ })
  await expect(row).toContainText('Chat completions')
  await expect(row.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '0')
  await expect.poll(async () => (await call(hall.url, key, { model: 'simulated-chat' })).code).toBe('model_not_allowed')
  let last = await call(hall.url, key)
  expect(last.status).toBe(200)
  for (let calls = 0; last.status === 200 && calls < 100; calls += 1)
    last = await call(hall.url, key, { max_tokens: 5 })
  expect([last.status, last.code]).toEqual([429, 'insufficient_quota'])
  expect(last.message).toBe('This API key has used up its quota of money this week.')
  await expect(row).toContainText('of $0.0001', { timeout: 15_000 })
  await expect(row.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '100', { timeout: 20_000 })
  await page.getByRole('link', { name: 'nightly' }).click()
  await expect(page.getByRole('heading', { name: 'nightly', level: 1 })).toBeVisible()
  await expect(page.getByRole('progressbar')).toBeVisible()
  await expect(page.getByText(/^resets (in|on) /)).toBeVisible()
  await expectClean(page)
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await part(page, 'Quota').click()
  await page.getByLabel('Money').fill('')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('The key is changed.')).toBeVisible()
  await expect(page.getByRole('progressbar')).toHaveCount(0)
  await expect.poll(async () => (await call(hall.url, key)).status).toBe(200)
})

test('an admin limits a person, who is told in the chat, and lifts it again', async ({
  admin: page,
  hall,
  browser,
}) => {
  const person = await newMember(hall)
  const key = await keyOf(hall.url, person)
  await openPerson(page, person)
  await expect(page.getByText('What holds for every member holds here.')).toBeVisible()
  await page.getByText('Limits of their own').click()
  await page.getByLabel('Calls per minute').fill('many')
  await expect(page.getByText('Write a whole number')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save limits' })).toBeDisabled()
  await page.getByLabel('Calls per minute').fill('1,000')
  await page.getByLabel('Tokens', { exact: true }).fill('1')
  await page.getByLabel('In each').selectOption('day')
  await page.getByRole('button', { name: 'Save limits' }).click()
  await expect(page.getByText('The limits are saved.')).toBeVisible()
  await expectClean(page)
  await expect.poll(async () => (await call(hall.url, key)).code).toBe('insufficient_quota')
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '100', { timeout: 20_000 })

  const theirs = await browser.newContext({ baseURL: hall.url, locale: 'en-US' })
  const other = await theirs.newPage()
  await enter(other, person)
  await other.goto('/chat')
  await pickModel(other, MODEL)
  await say(other, 'Hello')
  await expect(other.getByRole('alert')).toContainText('The quota is used up.')
  await other.goto('/settings/profile')
  await expect(other.getByRole('region', { name: 'Your quota' }).getByRole('progressbar')).toHaveAttribute(
    'aria-valuenow',
    '100',
  )
  await theirs.close()

  await page.getByText('As usual for members').click()
  await page.getByRole('button', { name: 'Save limits' }).click()
  await expect(page.getByRole('progressbar')).toHaveCount(0)
  await expect.poll(async () => (await call(hall.url, key)).status).toBe(200)
})

test('an admin limits and revokes the key of somebody else', async ({ admin: page, hall }) => {
  const person = await newMember(hall)
  const key = await keyOf(hall.url, person)
  await expect.poll(async () => (await call(hall.url, key)).status).toBe(200)
  await openPerson(page, person)
  await page.getByRole('button', { name: 'Menu of a program' }).click()
  await expect(page.getByRole('menuitem', { name: 'New secret' })).toHaveCount(0)
  await page.getByRole('menuitem', { name: 'Change' }).click()
  await part(page, 'Pace').click()
  await page.getByRole('dialog').getByLabel('Calls per minute').fill('1')
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('row', { name: /a program/ })).toContainText('1 calls/min')
  await expect.poll(async () => (await call(hall.url, key)).code).toBe('rate_limit_exceeded')
  await page.getByRole('button', { name: 'Menu of a program' }).click()
  await page.getByRole('menuitem', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByText('No key yet.')).toBeVisible()
  await expect.poll(async () => (await call(hall.url, key)).status).toBe(401)
})

test('what is usual for members holds from the moment it is saved', async ({ admin: page, hall }) => {
  const restore = await configure(hall.url, 'call_limits', {})
  try {
    const key = await keyOf(hall.url, await newMember(hall))
    await page.goto('/admin/configuration/call_limits')
    const members = page.getByRole('group', { name: 'Each member' })
    await members.getByLabel('Quota in money').fill('much')
    await expect(page.getByText('Not in the form that is wanted here')).toBeVisible()
    await members.getByLabel('Quota in money').fill('')
    await members.getByLabel('Calls per minute').fill('1')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(async () => (await call(hall.url, key)).code).toBe('rate_limit_exceeded')
    expect((await call(hall.url, key)).message).toContain('This account may use 1 requests a minute')
    await expectClean(page)
  } finally {
    await restore()
  }
})

test('limits read well on a phone, in the dark and in Chinese', async ({ admin: page, hall }) => {
  const person = await newMember(hall)
  const ask = await signedInTo(hall.url, person)
  await ask('POST', '/keys', { name: 'narrow', models: [MODEL], calls_per_minute: 60, quota_tokens: 5_000 })
  await page.setViewportSize({ width: 390, height: 780 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto('/settings/appearance')
  await page.getByText('中文').click()
  await expect(page.getByRole('heading', { name: '外观' })).toBeVisible()
  await openPerson(page, person)
  await expect(page.getByText('与其他成员相同')).toBeVisible()
  await expect(page.getByText('0 / 5,000 个 token')).toBeVisible()
  await page.getByText('单独设置').click()
  await expectClean(page)
  await page.getByRole('button', { name: 'narrow 的菜单' }).click()
  await page.getByRole('menuitem', { name: '修改' }).click()
  await part(page, '模型与接口').click()
  await part(page, '速率').click()
  await part(page, '配额').click()
  await expect(page.getByRole('dialog').getByText('对话补全')).toBeVisible()
  await expectClean(page)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  expect(overflow).toBe(false)
})
