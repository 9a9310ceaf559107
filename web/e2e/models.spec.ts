import { readFile } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { enter, expect, newMember, type Page, test } from './test.ts'

let halls = 0
const made: string[] = []

test.afterEach(async ({ hall }) => {
  const ask = await signedInTo(hall.url)
  for (const id of made.splice(0)) await ask('DELETE', `/gateway/channels/${id}`)
})

/** A channel to nowhere with models that the list knows, and one that it does not. */
async function serve(url: string): Promise<{ known: string; unknown: string }> {
  halls += 1
  const names = { known: `vendor/large:${halls}`, unknown: `home-made-${halls}` }
  const ask = await signedInTo(url)
  const channel = await ask('POST', '/gateway/channels', {
    name: `North ${halls}`,
    kind: 'openai',
    base_url: 'http://127.0.0.1:9/v1',
    private: true,
    models: [{ name: names.known, upstream_model: 'gpt-4o' }, { name: names.unknown }],
  })
  made.push(String(channel.id))
  return names
}

function row(page: Page, name: string) {
  return page.getByRole('row').filter({ has: page.getByRole('button', { name, exact: true }) })
}

async function pick(page: Page, name: string, entry: string): Promise<void> {
  await row(page, name)
    .getByRole('button', { name: `Menu of ${name}` })
    .click()
  await page.getByRole('menuitem', { name: entry }).click()
}

test('a model is found, described and hidden, and another one stands in for it', async ({ admin: page, hall }) => {
  const { known, unknown } = await serve(hall.url)
  await page.goto('/gateway/channels')
  await page.getByRole('link', { name: 'Models', exact: true }).click()
  await expect(row(page, known)).toContainText('128,000')
  await expect(row(page, known)).toContainText('$2.50 / $10.00')
  await expect(row(page, known)).toContainText('List price')
  await expect(row(page, unknown)).toContainText('Price unknown')

  await page.getByRole('textbox', { name: 'Search' }).fill('home-made')
  await expect(page).toHaveURL(/search=home-made/)
  await expect(row(page, known)).toHaveCount(0)

  await row(page, unknown).getByRole('button', { name: unknown, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('switch', { name: /People and programs see it/ }).click()
  const stays = dialog.getByRole('switch', { name: /Callers stay with one channel/ })
  await expect(stays).not.toBeChecked()
  await stays.click()
  await dialog.getByRole('textbox', { name: 'Context (tokens)' }).fill('much')
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled()
  await dialog.getByRole('textbox', { name: 'Context (tokens)' }).fill('32000')
  await dialog.getByText('Set by hand').click()
  await dialog.getByRole('checkbox', { name: 'Tools' }).check()
  await dialog.getByRole('combobox', { name: 'Fallbacks' }).selectOption(known)
  await dialog.getByRole('combobox', { name: 'Fallbacks' }).selectOption('simulated-instant')
  await dialog.getByRole('button', { name: 'Move simulated-instant up' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(row(page, unknown)).toContainText('Hidden')
  await expect(row(page, unknown)).toContainText('32,000')
  await expect(row(page, unknown)).toContainText('Tools')
  await expect(row(page, unknown)).toContainText(`simulated-instant, ${known}`)
  await expect(row(page, unknown)).toContainText('Callers stay with one channel')

  const ask = await signedInTo(hall.url)
  const seen = (await ask('GET', '/gateway/models')) as unknown as { name: string }[]
  expect(seen.map(({ name }) => name)).not.toContain(unknown)
})

test('a new price holds from its moment on, and the old ones stay in sight', async ({ admin: page, hall }) => {
  const { known } = await serve(hall.url)
  await page.goto('/gateway/models')
  await pick(page, known, 'Prices')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('list', { name: 'Prices, newest first' })).toContainText('List price')
  await dialog.getByRole('button', { name: 'New price' }).click()
  const input = dialog
    .getByRole('group', { name: 'For a million' })
    .getByRole('textbox', { name: 'Input', exact: true })
  await expect(input).toHaveValue('2.5')
  await input.fill('1,5')
  await expect(dialog.getByText('A number such as 2.5')).toBeVisible()
  await input.fill('1.5')
  await dialog.getByRole('button', { name: 'Add rates for long prompts' }).click()
  const tier = dialog.getByRole('group', { name: 'Long prompts 1' })
  await tier.getByRole('textbox', { name: 'Above (tokens)' }).fill('200000')
  await tier.getByRole('textbox', { name: 'Input', exact: true }).fill('3')
  await dialog.getByRole('button', { name: 'Save price' }).click()
  const history = dialog.getByRole('list', { name: 'Prices, newest first' })
  await expect(history.getByRole('listitem').first()).toContainText('Now')
  await expect(history).toContainText('$1.50')
  await expect(history).toContainText('more than 200,000 tokens')

  await dialog.getByRole('button', { name: 'New price' }).click()
  await dialog.getByRole('button', { name: '7 days' }).click()
  await input.fill('0.000000001')
  await dialog.getByRole('button', { name: 'Save price' }).click()
  await expect(history.getByRole('listitem')).toHaveCount(2)
  await expect(history.getByRole('listitem').first()).toContainText('Planned')
  await page.keyboard.press('Escape')
  await expect(row(page, known)).toContainText('$1.50 / $10.00')
})

test('prices go out as a file, and come back once every line is right', async ({ admin: page, hall }) => {
  const { known, unknown } = await serve(hall.url)
  await page.goto('/gateway/models')
  await page.getByRole('link', { name: 'Import and export prices' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Spreadsheet (CSV)' }).click()
  const text = await readFile(await (await download).path(), 'utf8')
  expect(text).toContain(`${known},,USD,,2.5`)

  const choose = async (content: string) =>
    page.getByLabel('File', { exact: true }).setInputFiles({
      name: 'prices.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(content),
    })
  await choose(`model,input\n${unknown},0.4\n=cmd(),free\n`)
  await expect(page.getByRole('alert')).toContainText('1 line is wrong')
  await expect(page.getByRole('table', { name: 'Wrong lines' })).toContainText('input: must be a number')
  await choose('not a price file at all')
  await expect(page.getByRole('alert')).toContainText('This is no file of prices.')
  await choose(`model,input,output\n${unknown},0.4,1.6\n`)
  await expect(page.getByText('1 new price; 0 there already.')).toBeVisible()
  await page.getByRole('button', { name: 'Add 1 price' }).click()
  await expect(page.getByText('1 price added.')).toBeVisible()
  await page.goto('/gateway/models')
  await expect(row(page, unknown)).toContainText('$0.40 / $1.60')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('the dialogs of a model are accessible', async ({ admin: page, hall }) => {
      const { known } = await serve(hall.url)
      const expectClean = async () => {
        await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null))))
        const { violations } = await new AxeBuilder({ page }).include('dialog').analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
      }
      await page.goto('/gateway/models')
      await pick(page, known, 'Edit')
      const dialog = page.getByRole('dialog')
      await dialog.getByText('Set by hand').click()
      await dialog.getByRole('combobox', { name: 'Fallbacks' }).selectOption('simulated-instant')
      await expectClean()
      await page.keyboard.press('Escape')
      await pick(page, known, 'Prices')
      await expect(dialog.getByRole('list')).toBeVisible()
      await expectClean()
      await dialog.getByRole('button', { name: 'New price' }).click()
      await dialog.getByRole('button', { name: 'Add rates for long prompts' }).click()
      await expectClean()
    })
  })
}

test('models and prices are for admins', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  for (const path of ['/gateway/models', '/gateway/prices']) {
    await page.goto(path)
    await expect(page.getByRole('heading', { name: 'For admins' })).toBeVisible()
  }
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true })

  test('each model is a card, and its dialogs fit', async ({ admin: page, hall }) => {
    const { known } = await serve(hall.url)
    await page.goto('/gateway/models')
    await pick(page, known, 'Prices')
    await page.getByRole('dialog').getByRole('button', { name: 'New price' }).click()
    await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Input', exact: true })).toBeVisible()
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(390)
  })
})
