import { enter, expect, newMember, type Page, test } from './test.ts'

async function make(page: Page, name: string, fill: () => Promise<void>): Promise<string> {
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill(name)
  await fill()
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
  const key = await page.getByTestId('new-key').innerText()
  await page.getByRole('button', { name: 'Done' }).click()
  return key
}

function calling(page: Page, key: string) {
  const headers = { authorization: `Bearer ${key}` }
  const completion = { model: 'simulated-instant', messages: [{ role: 'user', content: 'Hello' }] }
  return {
    model: async () => (await page.request.post('/v1/chat/completions', { headers, data: completion })).status(),
    read: async () => (await page.request.get('/api/v1/me', { headers })).status(),
    write: async () => (await page.request.post('/api/v1/chat/sessions', { headers, data: {} })).status(),
  }
}

test('a key does what its scopes say, and no more', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/settings/keys')
  const dialog = page.getByRole('dialog')
  const reader = await make(page, 'reader', async () => {
    await dialog.getByRole('checkbox', { name: /^Call models/ }).uncheck()
    await expect(dialog.getByText('Choose at least one.')).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Create key' })).toBeDisabled()
    await dialog.getByRole('checkbox', { name: /^Read/ }).check()
  })
  const may = calling(page, reader)
  await expect.poll(may.read).toBe(200)
  expect(await may.write()).toBe(403)
  await expect.poll(may.model).toBe(403)
  await expect(page.getByRole('row', { name: /reader/ })).toContainText('read')
})

test('a key for some addresses only is refused from others', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/settings/keys')
  const addresses = () =>
    page
      .getByRole('dialog')
      .getByRole('button', { name: /^Addresses/ })
      .click()
  const key = await make(page, 'office', async () => {
    await page.getByRole('button', { name: 'More settings' }).click()
    await addresses()
    await page.getByLabel('Only from these addresses').fill('203.0.113.7\n198.51.100.0/24')
    await page.getByLabel('Ends').selectOption('30')
  })
  const row = page.getByRole('row', { name: /office/ })
  await expect(row).toContainText('198.51.100.0/24')
  const { model } = calling(page, key)
  await expect.poll(model).toBe(403)
  await page.getByRole('button', { name: 'Menu of office' }).click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  await addresses()
  await page.getByLabel('Only from these addresses').fill('127.0.0.0/8, not-an-address')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await page.getByLabel('Only from these addresses').fill('127.0.0.0/8')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('The key is changed.')).toBeVisible()
  await expect.poll(model).toBe(200)
  await expect(async () => {
    await page.reload()
    await expect(row).not.toContainText('never', { timeout: 2_000 })
  }).toPass({ timeout: 30_000 })
})

test('a new secret, with grace for the old one; without grace the old one ends at once', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/settings/keys')
  const first = await make(page, 'rotating', async () => undefined)
  await expect.poll(calling(page, first).model).toBe(200)
  const rotate = async (grace: string): Promise<string> => {
    await page.getByRole('button', { name: 'Menu of rotating' }).click()
    await page.getByRole('menuitem', { name: 'New secret' }).click()
    await page.getByLabel('The old secret goes on working').selectOption(grace)
    await page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click()
    const made = await page.getByTestId('new-key').innerText()
    await page.getByRole('button', { name: 'Done' }).click()
    return made
  }
  const second = await rotate('3600')
  await expect.poll(calling(page, second).model).toBe(200)
  expect(await calling(page, first).model()).toBe(200)
  await expect(page.getByText('The old secret works until')).toBeVisible()
  const third = await rotate('0')
  await expect.poll(calling(page, second).model).toBe(401)
  await expect.poll(calling(page, third).model).toBe(200)
})
