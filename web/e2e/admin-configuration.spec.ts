import { readFile, writeFile } from 'node:fs/promises'
import { apiToken, expect, type Page, test } from './test.ts'

async function change(page: Page, name: string, part: Record<string, unknown>): Promise<void> {
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const document = await (await page.request.get(`/api/v1/configuration/${name}`, { headers })).json()
  const data = { revision: document.revision, value: { ...document.value, ...part } }
  expect((await page.request.put(`/api/v1/configuration/${name}`, { headers, data })).status()).toBe(200)
}

test('a document is checked, saved, kept in its history, and reset', async ({ admin: page }) => {
  await page.goto('/admin/configuration')
  await page.getByRole('link', { name: /^Limits (?!of)/ }).click()
  const field = page.getByRole('textbox', { name: 'API calls per person and minute' })
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await field.fill('1')
  await expect(page.getByText('At least 60.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  await field.fill('5000')
  await expect(page.getByText('Default: 1200.')).toBeVisible()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved and in force.')).toBeVisible()
  const history = page.getByRole('table', { name: 'History' })
  await expect(history).toContainText('Ada Admin')
  await expect(history).toContainText('5000')
  await page.reload()
  await expect(field).toHaveValue('5000')
  await page.getByRole('button', { name: 'Reset to defaults' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Reset to defaults' }).click()
  await expect(field).toHaveValue('1200')
})

test('what two admins change at once is not lost', async ({ admin: page }) => {
  await page.goto('/admin/configuration/announcement')
  const text = page.getByRole('textbox', { name: 'Text' })
  await text.fill('Mine')
  await change(page, 'announcement', { text: 'Theirs' })
  await page.getByRole('button', { name: 'Save' }).click()
  const notice = page.getByRole('alert').filter({ hasText: 'while you were editing' })
  await expect(notice).toContainText('Theirs')
  await expect(text).toHaveValue('Mine')
  await notice.getByRole('button', { name: 'Save mine over it' }).click()
  await expect(page.getByText('Saved and in force.')).toBeVisible()
  await page.goto('/chat')
  await expect(page.getByText('Mine', { exact: true })).toBeVisible()
  await change(page, 'announcement', { text: '' })
})

test('a secret is set and taken away, and never shown', async ({ admin: page }) => {
  await page.goto('/admin/configuration/mail')
  const password = page.getByRole('textbox', { name: 'Password' })
  await password.fill('only for the mail server')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Set', { exact: true })).toBeVisible()
  await expect(password).toHaveValue('')
  await page.reload()
  await expect(page.getByText('Leave it empty to keep what is stored.')).toBeVisible()
  expect(await page.content()).not.toContain('only for the mail server')
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Not set', { exact: true })).toBeVisible()
})

test('the configuration is exported, and an import says what it would change', async ({ admin: page }, info) => {
  await page.goto('/admin/configuration')
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe('guildhall-configuration.json')
  const file = info.outputPath('configuration.json')
  const exported = JSON.parse(await readFile(await download.path(), 'utf8'))
  exported.documents.limits.value.sockets_per_user = 77
  await writeFile(file, JSON.stringify(exported))

  await page.getByRole('button', { name: 'Import' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('File').setInputFiles(file)
  const limits = dialog.getByRole('listitem').filter({ hasText: /^Limits(?! of)/ })
  await expect(limits).toContainText('sockets_per_user')
  await expect(limits).toContainText('77')
  await dialog.getByRole('button', { name: 'Put in force' }).click()
  await expect(dialog).toHaveCount(0)
  await page.goto('/admin/configuration/limits')
  await expect(page.getByRole('textbox', { name: 'Live connections per person' })).toHaveValue('77')

  exported.documents.limits.value.sockets_per_user = -1
  await writeFile(file, JSON.stringify(exported))
  await page.goto('/admin/configuration')
  await page.getByRole('button', { name: 'Import' }).click()
  await dialog.getByLabel('File').setInputFiles(file)
  await expect(dialog.getByRole('listitem').filter({ hasText: /^Limits(?! of)/ })).toContainText('Refused')
  await expect(dialog.getByRole('button', { name: 'Put in force' })).toBeDisabled()
  const other = info.outputPath('other.json')
  await writeFile(other, 'not a file of ours')
  await dialog.getByLabel('File').setInputFiles(other)
  await expect(dialog.getByRole('alert')).toContainText('not a file that a hall has exported')
  await change(page, 'limits', { sockets_per_user: 50 })
})
