import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, type Page, test } from './test.ts'

/** A program of ours that takes web hooks, and what it was sent. */
async function listen(): Promise<{ server: Server; url: string; heard: string[] }> {
  const heard: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece: Buffer) => {
      body += piece.toString()
    })
    request.on('end', () => {
      heard.push(`${request.headers['x-guildhall-signature']} ${body}`)
      response.end('ok')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard }
}

async function addRule(page: Page, name: string): Promise<void> {
  await page.goto('/admin/alerts/rules')
  await page.getByRole('button', { name: 'Add rule' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Add rule' }).click()
  await expect(dialog.getByText('Give it a name.')).toBeVisible()
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('Figure').selectOption({ label: 'Disk in use' })
  await expect(dialog.getByText(/Now: .*%/)).toBeVisible()
  await dialog.getByLabel('Limit (percent)').fill('0')
  await dialog.getByLabel('For (seconds)').fill('0')
  await dialog.getByRole('button', { name: 'Add rule' }).click()
  await expect(dialog).toHaveCount(0)
}

test('a rule fires, a web hook hears of it signed, and an admin takes it on', async ({ admin: page }) => {
  const { server, url, heard } = await listen()
  await page.goto('/admin/alerts/channels')
  await page.getByRole('button', { name: 'Add channel' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Kind').selectOption({ label: 'Web hook' })
  await dialog.getByRole('button', { name: 'Send a test' }).click()
  await expect(dialog.getByText('Say where it goes.')).toBeVisible()
  await expect(dialog.getByText('A signed web hook needs a secret.')).toBeVisible()
  await dialog.getByLabel('Name').fill('Duty program')
  await dialog.getByLabel('Address', { exact: true }).fill(url)
  await dialog.getByLabel('Secret', { exact: true }).fill('a-secret-between-us')
  await dialog.getByRole('button', { name: 'Send a test' }).click()
  await expect(dialog.getByRole('alert')).toBeVisible()
  expect(heard).toEqual([])
  await dialog.getByRole('switch', { name: /my own network/ }).click()
  await dialog.getByRole('button', { name: 'Send a test' }).click()
  await expect(dialog.getByRole('status').filter({ hasText: 'The test message was delivered.' })).toBeVisible()
  expect(heard[0]).toMatch(/^v1=[0-9a-f]+ /)
  await dialog.getByRole('button', { name: 'Add channel' }).click()
  const channel = page.getByRole('row').filter({ hasText: 'Duty program' })
  await expect(channel).toContainText('127.0.0.1')
  await expect(channel).not.toContainText('/hook')

  await addRule(page, 'There is a disk')
  const rule = page.getByRole('row').filter({ hasText: 'There is a disk' })
  await expect(rule).toContainText('Firing', { timeout: 60_000 })
  await expect.poll(() => heard.some((body) => body.includes('There is a disk')), { timeout: 30_000 }).toBe(true)
  await page.getByRole('link', { name: 'Now', exact: true }).click()
  const alert = page.getByRole('row').filter({ hasText: 'There is a disk' })
  await alert.getByRole('button', { name: 'Acknowledge' }).click()
  await expect(alert).toContainText('Acknowledged')
  await alert.getByRole('button', { name: 'Messages about There is a disk' }).click()
  const message = page.getByRole('dialog').getByRole('row').filter({ hasText: 'Duty program' })
  await expect(message).toContainText('It fires')
  await expect(message).toContainText('Delivered')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()

  await page.getByRole('link', { name: 'Rules', exact: true }).click()
  await rule.getByRole('button', { name: 'Menu of There is a disk' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(rule).toHaveCount(0)
  await page.getByRole('link', { name: 'History', exact: true }).click()
  await expect(page.getByRole('row').filter({ hasText: 'There is a disk' })).toBeVisible()
  await page.getByRole('link', { name: 'Channels', exact: true }).click()
  await channel.getByRole('button', { name: 'Menu of Duty program' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(channel).toHaveCount(0)
  server.close()
})

test('a rule that came with the product is silenced, switched off and changed, not deleted', async ({
  admin: page,
}) => {
  await page.goto('/admin/alerts/rules')
  const rule = page.getByRole('row').filter({ hasText: 'Many sign-ins fail' })
  await rule.getByRole('button', { name: /^Menu of/ }).click()
  await expect(page.getByRole('menuitem', { name: 'Delete' })).toHaveCount(0)
  await page.getByRole('menuitem', { name: 'Silence' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '1 day' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Silence' }).click()
  await expect(rule).toContainText('Silenced')
  await rule.getByRole('button', { name: /^Menu of/ }).click()
  await page.getByRole('menuitem', { name: 'End silence' }).click()
  await expect(rule).toContainText('Quiet')
  await rule.getByRole('switch').click()
  await expect(rule).toContainText('Off')
  await rule.getByRole('switch').click()
  await expect(rule).toContainText('Quiet')
  await rule.getByRole('button', { name: /^Menu of/ }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await page.getByRole('dialog').getByLabel('Limit').fill('75')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(rule).toContainText('above 75')
})
