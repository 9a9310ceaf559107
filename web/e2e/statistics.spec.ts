import { readFile } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { ada, enter, expect, newMember, type Page, type Person, test } from './test.ts'

/** Calls of models with a key of that person's: the name of the key. */
async function calls(url: string, person: Person, models: string[]): Promise<string> {
  const ask = await signedInTo(url, person)
  const name = `Statistics ${Date.now()}`
  const { key } = await ask('POST', '/keys', { name })
  for (const model of models) {
    await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${String(key)}` },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    }).then((answer) => answer.text())
  }
  await expect(async () => {
    const found = (await ask('GET', '/gateway/statistics/keys?limit=200')) as unknown as {
      rows: { name: string; calls: number }[]
    }
    expect(found.rows.find((row) => row.name === name)?.calls).toBe(models.length)
  }).toPass({ timeout: 20_000 })
  return name
}

const figure = (page: Page, name: string) =>
  page.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) })

const row = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) })

const MODELS = ['simulated-instant', 'simulated-instant', 'no-such-model']

test('an admin sees who called what, and narrows it down by a click', async ({ admin: page, hall }) => {
  const key = await calls(hall.url, ada, MODELS)
  await page.goto('/gateway/channels')
  await page.getByRole('link', { name: 'Statistics', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Statistics', exact: true })).toBeVisible()
  await expect(figure(page, 'Active users')).toContainText(/[1-9]/)
  await expect(figure(page, 'Failed')).toContainText('refused')
  await expect(figure(page, 'Median first token')).toContainText('p95')
  await expect(row(page, 'simulated-instant')).toContainText('%')

  await page.getByText('By key', { exact: true }).click()
  await expect(page).toHaveURL(/by=keys/)
  await row(page, key).getByRole('button', { name: key, exact: true }).click()
  await expect(page).toHaveURL(/key=key_/)
  await expect(figure(page, 'Calls')).toContainText('3')
  await expect(figure(page, 'Calls')).toContainText('There was nothing in the period before')
  await expect(figure(page, 'Mean duration')).toBeVisible()
  await page.reload()
  await expect(figure(page, 'Calls')).toContainText('3')
  await page.getByText('By model', { exact: true }).click()
  await expect(row(page, 'simulated-instant').getByRole('cell').nth(2)).toHaveText('2')
  await expect(page.getByRole('row').filter({ hasText: 'Unknown models' })).toBeVisible()
  await expect(page.getByRole('figure', { name: 'Share of calls' })).toContainText('66.7%')
  await page.getByRole('button', { name: `Key ${key}: show all again` }).click()
  await expect(page).not.toHaveURL(/key=/)
})

test('the chart shows each figure, for any time', async ({ admin: page, hall }) => {
  await calls(hall.url, ada, MODELS)
  await page.goto('/gateway/statistics')
  for (const view of ['Calls', 'Tokens', 'Cost', 'Errors', 'Duration', 'First token']) {
    await page.getByRole('group', { name: 'What the chart shows' }).getByText(view, { exact: true }).click()
    const chart = page.getByRole('img', { name: `${view} over time` })
    await expect(chart).toHaveAttribute('data-drawn', 'true')
  }
  await expect(page).toHaveURL(/view=firstToken/)
  const numbers = page.getByRole('region', { name: 'First token over time' }).getByRole('row')
  await page.getByText('Numbers as a table').click()
  await expect(numbers).toHaveCount(8)
  await expect(numbers.last()).toContainText('ms')
  await page.getByText('30 days', { exact: true }).click()
  await expect(numbers).toHaveCount(31)
  await page.getByText('Today', { exact: true }).click()
  await expect(numbers.first()).toBeAttached()
  await page.getByText('Custom', { exact: true }).click()
  await expect(numbers).toHaveCount(8)
  await page.getByLabel('From', { exact: true }).fill('2010-01-01')
  await expect(page.getByRole('alert')).toContainText('too long')
  await page.getByLabel('From', { exact: true }).fill('2010-01-01')
  await page.getByLabel('To, this day included').fill('2010-01-03')
  await expect(page.getByText('No calls in this time').first()).toBeVisible()
})

test('the breakdown goes into a spreadsheet', async ({ admin: page, hall }) => {
  await calls(hall.url, ada, MODELS)
  await page.goto('/gateway/statistics?range=today')
  await page.getByRole('combobox', { name: 'Order' }).selectOption('Most tokens first')
  await expect(page.getByRole('columnheader', { name: 'Share of tokens' })).toBeVisible()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Spreadsheet (CSV)' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe('models.csv')
  expect(await readFile(await file.path(), 'utf8')).toContain('simulated-instant,simulated-instant,')
})

test('members see their own calls, and a word where there are none', async ({ page, hall }) => {
  const member = await newMember(hall)
  await calls(hall.url, ada, MODELS)
  await enter(page, member)
  await page.goto('/chat')
  await page.getByRole('link', { name: 'Gateway' }).click()
  await page.getByRole('link', { name: 'Statistics' }).click()
  await expect(page.getByText('No calls in this time')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Channels' })).toHaveCount(0)
  const key = await calls(hall.url, member, ['simulated-instant'])
  await page.reload()
  await expect(figure(page, 'Calls')).toContainText('1')
  await expect(figure(page, 'Active users')).toHaveCount(0)
  await expect(page.getByText('By channel', { exact: true })).toHaveCount(0)
  await page.getByText('By key', { exact: true }).click()
  await expect(row(page, key)).toBeVisible()
  await expect(page.getByRole('row')).toHaveCount(2)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('statistics are accessible', async ({ admin: page, hall }) => {
      await calls(hall.url, ada, MODELS)
      await page.goto('/gateway/statistics?range=custom&view=duration&by=channels&model=simulated-instant')
      await expect(row(page, 'Simulator')).toBeVisible()
      await page.getByText('Numbers as a table').click()
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
    })
  })
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true })

  test('each row of the breakdown is a card', async ({ admin: page, hall }) => {
    await calls(hall.url, ada, MODELS)
    await page.goto('/gateway/statistics?range=custom')
    await expect(row(page, 'simulated-instant')).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})
