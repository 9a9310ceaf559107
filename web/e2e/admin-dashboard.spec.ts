import { apiToken, enter, expect, newMember, test } from './test.ts'

test('the dashboard counts people, calls and tokens, and draws them', async ({ admin: page }) => {
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const made = await page.request.post('/api/v1/keys', { headers, data: { name: 'dashboard' } })
  const { key } = (await made.json()) as { key: string }
  for (let call = 0; call < 3; call += 1) {
    const data = { model: 'simulated-instant', messages: [{ role: 'user', content: 'Hello' }] }
    const answer = await page.request.post('/v1/chat/completions', {
      headers: { authorization: `Bearer ${key}` },
      data,
    })
    expect(answer.status()).toBe(200)
  }
  await page.goto('/admin')
  await expect(page).toHaveURL(/\/admin\/dashboard$/)
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible()
  const figure = (name: string) => page.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) })
  await expect(async () => {
    await page.reload()
    await expect(figure('Model calls')).toContainText(/[3-9]|\d\d/, { timeout: 2_000 })
  }).toPass({ timeout: 30_000 })
  await expect(figure('People')).toContainText('came in')
  await expect(figure('Disk in use')).toContainText('%')
  const chart = page.getByRole('img', { name: 'Model calls' })
  await expect(chart).toHaveAttribute('data-drawn', 'true')
  await expect(chart.locator('canvas')).toBeVisible()
  await page.getByText('Numbers as a table').first().click()
  await expect(page.getByRole('region', { name: 'Model calls' }).getByRole('row')).toHaveCount(8)
  await page.getByText('30 days', { exact: true }).click()
  await expect(page).toHaveURL(/days=30/)
  await expect(page.getByRole('region', { name: 'Model calls' }).getByRole('row')).toHaveCount(31)
})

test('a member is told that this is for admins, and asks nothing of the server', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/api/v1/operations/')) asked.push(request.url())
  })
  await page.goto('/admin/dashboard')
  await expect(page.getByRole('heading', { name: 'For admins' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Admin' })).toHaveCount(0)
  expect(asked).toEqual([])
})
