import { readFile } from 'node:fs/promises'
import { apiToken, expect, test } from './test.ts'

test('a change is found by filters in the address, with before and after, and downloaded', async ({ admin: page }) => {
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const made = await page.request.post('/api/v1/keys', { headers, data: { name: 'seen in the log' } })
  const { id } = (await made.json()) as { id: string }
  await page.request.patch(`/api/v1/keys/${id}`, { headers, data: { name: 'renamed in the log' } })

  await page.goto('/admin/audit')
  await page.getByLabel('On what').fill(`key:${id}`)
  await expect(page).toHaveURL(/target=key/)
  const rows = page.getByRole('table', { name: 'Audit log' }).getByRole('row')
  await expect(rows).toHaveCount(3)
  await expect(rows.filter({ hasText: 'API key changed' })).toContainText('seen in the log')
  await expect(rows.filter({ hasText: 'API key changed' })).toContainText('renamed in the log')
  await expect(rows.filter({ hasText: 'API key created' })).toContainText('Ada Admin')

  await page.getByLabel('What', { exact: true }).selectOption('key.changed')
  await expect(rows).toHaveCount(2)
  await page.reload()
  await expect(rows).toHaveCount(2)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download CSV' }).click()
  const lines = (await readFile(await (await downloading).path(), 'utf8')).trim().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain('renamed in the log')

  await page.getByLabel('From').fill('2001-01-01')
  await page.getByLabel('To', { exact: true }).fill('2001-01-02')
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(page).toHaveURL(/\/admin\/audit$/)
  await expect(rows.nth(5)).toBeVisible()
})
