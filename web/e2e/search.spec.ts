import { AxeBuilder } from '@axe-core/playwright'
import { apiToken, enter, expect, newMember, type Page, test } from './test.ts'

/** A session in which the first question lies two pages back; gives its id. */
async function talk(page: Page, first: string): Promise<string> {
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const sessions = '/api/v1/chat/sessions'
  const made = await page.request.post(sessions, { headers, data: { model: 'simulated-instant' } })
  const { id } = (await made.json()) as { id: string }
  for (const text of [first, ...Array.from({ length: 55 }, (_, at) => `And number ${at}? [[say=So it is.]]`)]) {
    const sent = await page.request.post(`${sessions}/${id}/messages`, { headers, data: { text } })
    expect(sent.status()).toBe(202)
    await expect
      .poll(async () => (await (await page.request.get(`${sessions}/${id}`, { headers })).json()).state, {
        intervals: [20],
      })
      .toBe('idle')
  }
  return id
}

test('what was said long ago is found by a word, in English and Chinese, and shown where it stands', async ({
  page,
  hall,
}) => {
  test.slow()
  await enter(page, await newMember(hall))
  const id = await talk(page, '请介绍 Rhododendronia 的量子花园 [[say=It is green.]]')
  await page.goto('/chat')
  await page.getByRole('link', { name: 'Search' }).click()
  const field = page.getByRole('searchbox', { name: 'Search your conversations' })
  await field.fill('rhododen')
  const results = page.getByRole('list', { name: 'Found messages' })
  await expect(results.getByRole('listitem')).toHaveCount(1)
  await expect(results.locator('mark')).toHaveText(/rhododen/i)
  await field.fill('子花')
  await expect(results.locator('mark')).toHaveText('子花')
  await expect(page).toHaveURL(/q=/)
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await page.reload()
  await results.getByRole('link').click()
  await expect(page).toHaveURL(new RegExp(`/chat/${id}`))
  await expect(page.locator('article', { hasText: '量子花园' })).toBeInViewport({ timeout: 15_000 })
})

test('a chat is found by the title that it was given', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const data = { model: 'simulated-instant' }
  const { id } = await (await page.request.post('/api/v1/chat/sessions', { headers, data })).json()
  await page.request.patch(`/api/v1/chat/sessions/${id}`, { headers, data: { title: '年终 Marzipanium' } })
  await page.goto('/chat/search')
  await page.getByRole('searchbox').fill('marzip')
  const chats = page.getByRole('list', { name: 'Found chats' })
  await expect(chats.locator('mark')).toHaveText('Marzip')
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await chats.getByRole('link').click()
  await expect(page).toHaveURL(new RegExp(`/chat/${id}`))
})

test('nothing found is said, and an empty field says what can be found', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/chat/search')
  await expect(page.getByText('Beginnings of words are enough')).toBeVisible()
  await page.getByRole('searchbox').fill('nowheretobefound')
  await expect(page.getByText('Nothing found')).toBeVisible()
})
