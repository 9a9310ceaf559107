import { enter, expect, newMember, test } from './test.ts'

test('a channel is added, tested, switched off, changed and deleted', async ({ admin: page }) => {
  await page.goto('/gateway/channels')
  const rows = page.getByRole('listitem').filter({ has: page.getByRole('heading') })
  const ours = rows.filter({ hasText: 'Simulator' }).first()
  await ours.getByRole('button', { name: 'Test' }).click()
  await expect(ours.getByRole('status')).toContainText(/answered in [\d,]+ ms/)

  await page.getByRole('link', { name: 'Add channel' }).click()
  await page.getByRole('radio', { name: 'Simulator' }).check({ force: true })
  await page.getByRole('textbox', { name: 'Name' }).fill('Second simulator')
  await page.getByRole('button', { name: 'Remove simulated-instant' }).click()
  await page.getByRole('button', { name: 'Save channel' }).click()
  const second = rows.filter({ hasText: 'Second simulator' })
  await expect(second).toBeVisible()
  await expect(second).not.toContainText('simulated-instant')

  await second.getByRole('switch').click()
  await expect(second.getByText('Off', { exact: true })).toBeVisible()

  await second.getByRole('link', { name: 'Second simulator' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Renamed simulator')
  await page.getByRole('button', { name: 'Save channel' }).click()
  const renamed = rows.filter({ hasText: 'Renamed simulator' })
  await expect(renamed).toBeVisible()

  await renamed.getByRole('button', { name: 'Menu of Renamed simulator' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(renamed).toHaveCount(0)
})

test('a provider that cannot be reached is explained before anything is kept', async ({ admin: page }) => {
  await page.goto('/gateway/channels/new')
  await page.getByRole('radio', { name: 'OpenAI-compatible' }).check({ force: true })
  await page.getByRole('textbox', { name: 'Name' }).fill('Nowhere')
  await page.getByRole('textbox', { name: 'Base URL' }).fill('http://127.0.0.1:9/v1')
  await page.getByRole('textbox', { name: 'Models' }).fill('some-model')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByRole('alert')).toContainText('may not be used')
  await page.getByRole('switch', { name: /my own network/ }).click()
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByRole('alert')).toContainText(/Nothing answers at this address/)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Nowhere')).toHaveCount(0)
})

test('a member sees no gateway, and is told so at its address', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/gateway/channels')
  await expect(page.getByRole('heading', { name: 'For admins' })).toBeVisible()
})
