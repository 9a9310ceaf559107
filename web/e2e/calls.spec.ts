import { readFile } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import { configure, signedInTo } from './people.ts'
import { apiToken, enter, expect, newMember, type Page, test } from './test.ts'

let halls = 0
const made: string[] = []

test.afterEach(async ({ hall }) => {
  const ask = await signedInTo(hall.url)
  for (const id of made.splice(0)) await ask('DELETE', `/gateway/channels/${id}`)
})

/** A model whose first channel is nowhere and whose second is the simulator, and one that is nowhere at all. */
async function serve(url: string): Promise<{ model: string; broken: string }> {
  halls += 1
  const [model, broken] = [`followed-${halls}-${Date.now()}`, `broken-${halls}-${Date.now()}`]
  const ask = await signedInTo(url)
  const nowhere = { kind: 'openai', base_url: 'http://127.0.0.1:9/v1', private: true, priority: 5 }
  const first = await ask('POST', '/gateway/channels', {
    ...nowhere,
    name: `Down ${model}`,
    models: [{ name: model }, { name: broken }],
  })
  const second = await ask('POST', '/gateway/channels', {
    kind: 'simulator',
    name: `Up ${model}`,
    models: [{ name: model, upstream_model: 'simulated-instant' }],
  })
  made.push(String(first.id), String(second.id))
  await ask('GET', '/gateway/models') // as new as the database is from here on
  return { model, broken }
}

/** Call a model as this page's person does; gives the call's id. */
async function call(page: Page, model: string, text = '[[say=ok]]', headers: Record<string, string> = {}) {
  const token = await apiToken(page)
  const answer = await page.request.post('/v1/chat/completions', {
    headers: { authorization: `Bearer ${token}`, ...headers },
    data: { model, messages: [{ role: 'user', content: text }] },
  })
  const id = answer.headers()['x-request-id'] ?? ''
  const listed = { headers: { authorization: `Bearer ${token}` } }
  await expect.poll(async () => (await page.request.get(`/api/v1/gateway/calls/${id}`, listed)).status()).toBe(200)
  return id
}

function rows(page: Page) {
  return page
    .getByRole('table', { name: 'Calls' })
    .getByRole('row')
    .filter({ hasNot: page.locator('th') })
}

test('a call is found by filters in the address, and its attempts, time and price are told', async ({
  admin: page,
  hall,
}) => {
  const { model, broken } = await serve(hall.url)
  await call(page, model, '[[say=ok]]', { 'x-request-id': `mine-${model}` })
  await call(page, broken)
  await page.goto('/gateway/channels')
  await page.getByRole('link', { name: 'Calls', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Calls', exact: true })).toBeVisible()

  await page.getByRole('textbox', { name: 'Model' }).fill(broken)
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page)).toContainText('Failed 502')
  await expect(page).toHaveURL(new RegExp(`model=${broken}`))
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('Answered')
  await expect(page.getByRole('heading', { name: 'No call fits' })).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).click()

  await page.getByRole('textbox', { name: 'Request id' }).fill(`mine-${model}`)
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page)).toContainText('Answered 200')
  await expect(rows(page)).toContainText('2 attempts')
  await expect(rows(page)).toContainText(`Up ${model}`)
  await rows(page).getByRole('link').click()

  await expect(page.getByRole('heading', { name: model })).toBeVisible()
  const attempts = page.getByRole('list', { name: 'Attempts' }).getByRole('listitem')
  await expect(attempts).toHaveCount(2)
  await expect(attempts.nth(0)).toContainText(`Down ${model}`)
  await expect(attempts.nth(0)).toContainText('it refused the connection')
  await expect(attempts.nth(1)).toContainText('Answered')
  await expect(page.getByText('The simulator costs nothing')).toBeVisible()
  await expect(page.getByText(/^In Guildhall:/)).toBeVisible()
  await expect(page.getByText('They were not kept.')).toBeVisible()

  await page
    .getByRole('link', { name: `Down ${model}` })
    .or(page.getByRole('link', { name: `Up ${model}` }))
    .click()
  await expect(page).toHaveURL(/channel_id=/)
  await expect(rows(page)).toHaveCount(1)
})

test('usage that nobody counted and answers that were given again are marked', async ({ admin: page, hall }) => {
  const { model } = await serve(hall.url)
  const estimated = await call(page, model, '[[say=one two three]] [[nousage]]', { 'idempotency-key': model })
  const again = await call(page, model, '[[say=one two three]] [[nousage]]', { 'idempotency-key': model })
  await page.goto(`/gateway/calls?model=${model}`)
  await expect(rows(page)).toHaveCount(2)
  await expect(rows(page).filter({ hasText: 'given again' })).toHaveCount(1)
  await expect(rows(page).filter({ hasText: '≈', hasNotText: 'given again' })).toHaveCount(1)
  await page.goto(`/gateway/calls/${estimated}`)
  await expect(page.getByText('tokens and cost are estimates')).toBeVisible()
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await page.goto(`/gateway/calls/${again}`)
  await expect(page.getByText('No tokens were reported.')).toBeVisible()
  await page.getByRole('link', { name: 'given again' }).click()
  await expect(page).toHaveURL(/code=replayed/)
  await expect(rows(page)).toHaveCount(1)
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
})

test('new calls appear by themselves while one follows, and a lost connection is told', async ({
  admin: page,
  context,
  hall,
}) => {
  const { model } = await serve(hall.url)
  const before = await call(page, model)
  await page.goto(`/gateway/calls?model=${model}`)
  await expect(rows(page)).toHaveCount(1)
  await page.getByRole('switch', { name: 'Live' }).click()
  await expect(page.getByText('New calls appear as they end.')).toBeVisible()
  const after = await call(page, model)
  await expect(rows(page)).toHaveCount(2, { timeout: 10_000 })
  await expect(rows(page).nth(0).getByRole('link')).toHaveAttribute('href', `/gateway/calls/${after}`)
  await expect(rows(page).nth(1).getByRole('link')).toHaveAttribute('href', `/gateway/calls/${before}`)
  await context.setOffline(true)
  await expect(page.getByText('Connection lost. Trying again…')).toBeVisible({ timeout: 10_000 })
  await context.setOffline(false)
  await expect(page.getByText('New calls appear as they end.')).toBeVisible({ timeout: 10_000 })
})

test('the calls that are shown can be downloaded', async ({ admin: page, hall }) => {
  const { model } = await serve(hall.url)
  const id = await call(page, model)
  await page.goto(`/gateway/calls?model=${model}`)
  await expect(rows(page)).toHaveCount(1)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download CSV' }).click()
  const lines = (await readFile(await (await downloading).path(), 'utf8')).trim().split(/\r?\n/)
  expect(lines[0]).toMatch(/^\uFEFF?id,at,/)
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain(id)
})

test('what was said can be looked at where it is kept', async ({ admin: page, hall }) => {
  const { model } = await serve(hall.url)
  const putBack = await configure(hall.url, 'capture', { percent: 100 })
  try {
    const id = await call(page, model, '[[say=heard]] ada@example.org')
    await page.goto(`/gateway/calls/${id}`)
    await page.getByRole('button', { name: 'Show them' }).click()
    await expect(page.getByRole('region', { name: 'Prompt' }).last()).toContainText('[e-mail]')
    await expect(page.getByRole('region', { name: 'Answer' }).last()).toContainText('heard')
    await expect(page.getByRole('button', { name: 'Copy: Answer' })).toBeVisible()
    await page.goto('/admin/audit?action=call.words_seen')
    await expect(page.getByRole('cell', { name: 'Prompt and answer looked at' }).first()).toBeVisible()
  } finally {
    await putBack()
  }
})

test('members see their own calls and nothing of channels', async ({ admin, browser, hall }) => {
  const { model } = await serve(hall.url)
  await call(admin, model)
  const context = await browser.newContext({ baseURL: hall.url })
  const page = await context.newPage()
  await enter(page, await newMember(hall))
  const own = await call(page, model)
  await page.goto('/chat')
  await page.getByRole('link', { name: 'Gateway' }).click()
  await page.getByRole('link', { name: 'Calls' }).click()
  await expect(rows(page)).toHaveCount(1)
  await expect(page.getByRole('columnheader', { name: 'Channel' })).toHaveCount(0)
  await rows(page).getByRole('link').click()
  await expect(page).toHaveURL(new RegExp(own))
  await expect(page.getByRole('list', { name: 'Attempts' })).toBeVisible()
  await expect(page.getByText(`Up ${model}`)).toHaveCount(0)
  await context.close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('a call with all its parts is accessible', async ({ admin: page, hall }) => {
      const { model } = await serve(hall.url)
      const putBack = await configure(hall.url, 'capture', { percent: 100 })
      const id = await call(page, model)
      await putBack()
      for (const path of [`/gateway/calls?model=${model}&status=200`, `/gateway/calls/${id}`]) {
        await page.goto(path)
        await expect(page.getByText('Answered 200').first()).toBeVisible()
        const show = page.getByRole('button', { name: 'Show them' })
        if (path.endsWith(id)) await show.click()
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
      }
    })
  })
}

test.describe('on a phone, in Chinese', () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true, locale: 'zh-CN' })

  test('each call is a card and its page fits', async ({ admin: page, hall }) => {
    const { model } = await serve(hall.url)
    const id = await call(page, model)
    await page.goto(`/gateway/calls?model=${model}`)
    await expect(page.getByRole('heading', { name: '调用', exact: true })).toBeVisible()
    await expect(page.getByText('已回答 200')).toBeVisible()
    for (const path of [`/gateway/calls?model=${model}`, `/gateway/calls/${id}`]) {
      await page.goto(path)
      await expect(page.getByText('已回答 200').first()).toBeVisible()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    }
    await expect(page.getByText('拒绝连接')).toBeVisible()
  })
})
