import { type Between, startProxy } from './proxy.ts'
import { answers, test as base, enter, expect, newMember, pickModel, say } from './test.ts'

const SLOWER = 'News arrive by a slower one.'
const POLLED = 'News arrive every few moments.'

const test = base.extend<{ between: Between }>({
  between: async ({ hall }, use) => {
    const between = await startProxy(hall.url)
    await use(between)
    await between.stop()
  },
  baseURL: async ({ between }, use) => use(between.url),
})

test.beforeEach(async ({ page, hall }) => {
  await enter(page, await newMember(hall))
})

test('where WebSockets are blocked, answers stream all the same', async ({ page }) => {
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await expect(page.getByText(SLOWER)).toBeAttached()
  await say(page, 'Hello through a proxy')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  await expect(page.getByRole('link', { name: 'Hello through a proxy' })).toBeVisible()
})

test('where streams are kept back too, news come by long poll', async ({ page, between }) => {
  test.setTimeout(60_000)
  between.letsStreamsThrough = false
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await expect(page.getByText(POLLED)).toBeAttached({ timeout: 30_000 })
  await say(page, 'Hello by post')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
})

test('once the way is free, the page climbs back up and misses nothing', async ({ page, between, context }) => {
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await expect(page.getByText(SLOWER)).toBeAttached()
  await say(page, 'Before')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  between.letsSocketsThrough = true
  const opened = page.waitForEvent('websocket')
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await opened
  await expect(page.getByText(SLOWER)).toHaveCount(0)
  await say(page, 'After')
  await expect(answers(page)).toHaveCount(2)
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete')
  const second = await context.newPage()
  await second.goto(page.url())
  await expect(answers(second)).toHaveCount(2)
})
