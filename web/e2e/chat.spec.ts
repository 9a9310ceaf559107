import { answers, apiToken, enter, expect, newMember, type Page, pickModel, say, test } from './test.ts'

const LONG = 'A long answer please [[slow=25]] [[words=200]]'

/** An answer in a long conversation may take the browser as many times the work of one that stands alone. */
const MORE_WORK = 2

test.beforeEach(async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/chat')
})

test('the same half-written answer goes on after a reload and in a second tab', async ({ page, context }) => {
  await pickModel(page, 'simulated-chat')
  await say(page, LONG)
  const first = answers(page)
  await expect(first).toContainText(/(\w+\s+){12}/)
  await page.reload()
  await expect(first).toHaveAttribute('data-status', 'streaming')
  await expect(first).toContainText(/(\w+\s+){12}/)

  const second = await context.newPage()
  await second.goto(page.url())
  await expect(answers(second)).toHaveAttribute('data-status', 'streaming')
  await expect(answers(second)).toContainText(/(\w+\s+){12}/)
  const halfway = (await answers(second).innerText()).length
  await expect.poll(async () => (await answers(second).innerText()).length).toBeGreaterThan(halfway)

  await expect(first).toHaveAttribute('data-status', 'complete', { timeout: 30_000 })
  await expect(answers(second)).toHaveAttribute('data-status', 'complete')
  await expect.poll(async () => (await answers(second).innerText()) === (await first.innerText())).toBe(true)
  await expect(answers(page)).toHaveCount(1)
})

test('stop keeps what was written, Escape stops too, and the answer can be had again', async ({ page }) => {
  await say(page, LONG)
  await expect(answers(page)).toContainText(/(\w+\s+){5}/)
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(answers(page).first()).toHaveAttribute('data-status', 'stopped')
  await expect(answers(page).first()).toContainText(/(\w+\s+){5}/)

  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(answers(page)).toHaveAttribute('data-status', 'streaming')
  await expect(answers(page)).toContainText(/(\w+\s+){5}/)
  await page.getByRole('textbox', { name: 'Message' }).press('Escape')
  await expect(answers(page)).toHaveAttribute('data-status', 'stopped')
  await expect(page.getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
})

test('a provider that fails is explained, and the message is not lost', async ({ page }) => {
  await say(page, 'Refuse me [[error=401]]')
  await expect(answers(page)).toHaveAttribute('data-status', 'failed')
  await expect(answers(page).getByRole('alert')).not.toBeEmpty()
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
  await expect(page.locator('article[data-role="user"]')).toContainText('Refuse me')
})

test('an answer that breaks off keeps what came', async ({ page }) => {
  await say(page, 'Break off [[words=50]] [[drop=10]]')
  await expect(answers(page)).toHaveAttribute('data-status', /failed|interrupted/)
  await expect(answers(page)).toContainText(/(\w+\s+){4}/)
})

test('Enter while an input method composes does not send', async ({ page }) => {
  const box = page.getByRole('textbox', { name: 'Message' })
  await box.fill('ni hao')
  await box.dispatchEvent('keydown', { key: 'Enter', keyCode: 229 })
  await expect(page).toHaveURL(/\/chat$/)
  await box.press('Shift+Enter')
  await expect(box).toHaveValue('ni hao\n')
  await expect(page).toHaveURL(/\/chat$/)
})

test('the tip of the send button stays within a narrow window', async ({ page }) => {
  await page.setViewportSize({ width: 800, height: 700 })
  await page.getByRole('textbox', { name: 'Message' }).fill('Hi')
  const send = page.getByRole('button', { name: 'Send', exact: true })
  await send.hover()
  const right = await send.evaluate((button) => {
    const tip = getComputedStyle(button, '::after')
    const { left } = button.getBoundingClientRect()
    return left + Number.parseFloat(tip.left) + Number.parseFloat(tip.width) + new DOMMatrix(tip.transform).e
  })
  expect(right).toBeLessThanOrEqual(800)
})

test('text that looks like HTML or a script stays text, and foreign pictures are not fetched', async ({ page }) => {
  await say(
    page,
    '[[say=<img src=x onerror=alert(1)> ![spy](https://tracker.example/p.png) [bad](javascript:alert(1)) [good](https://example.org)]]',
  )
  const answer = answers(page)
  await expect(answer).toHaveAttribute('data-status', 'complete')
  await expect(answer.locator('img')).toHaveCount(0)
  await expect(answer.getByRole('link', { name: /good/ })).toHaveAttribute('rel', /noopener/)
  await expect(answer.locator('a[href^="javascript"]')).toHaveCount(0)
  await expect(answer.getByRole('link', { name: /tracker\.example/ })).toBeVisible()
})

test('a conversation of 200 messages stays quick while an answer streams into it', async ({ page }) => {
  test.setTimeout(150_000)
  await pickModel(page, 'simulated-instant')
  await say(page, 'The first of many')
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete')
  await fill(page, 99)
  await page.reload()
  const conversation = page.getByRole('region', { name: 'Conversation' })
  await expect(async () => {
    await conversation.evaluate((region) => region.scrollTo(0, 0))
    await expect(page.locator('[data-role="user"]').first()).toContainText('The first of many', { timeout: 300 })
  }).toPass()
  await pickModel(page, 'simulated-chat')
  const long = await workOfAnAnswer(page)
  await page.goto('/chat')
  await pickModel(page, 'simulated-chat')
  const short = await workOfAnAnswer(page)
  test
    .info()
    .annotations.push({ type: 'processor seconds of an answer', description: `${long} in 200, ${short} alone` })
  expect(long / short).toBeLessThan(MORE_WORK)
})

/** Processor seconds that the page works while an answer streams into it. */
async function workOfAnAnswer(page: Page): Promise<number> {
  const inspector = await page.context().newCDPSession(page)
  await inspector.send('Performance.enable', { timeDomain: 'threadTicks' })
  const worked = async () => {
    const { metrics } = await inspector.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
  }
  const before = await worked()
  await say(page, 'And now slowly [[slow=60]] [[words=240]]')
  await expect(answers(page).last()).toHaveAttribute('data-status', 'streaming')
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete', { timeout: 30_000 })
  const seconds = (await worked()) - before
  await inspector.detach()
  return seconds
}

/** Say `count` things in the open session, as a program would. */
async function fill(page: Page, count: number): Promise<void> {
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const path = `/api/v1${new URL(page.url()).pathname.replace('/chat', '/chat/sessions')}`
  const data = { text: 'Say something with **emphasis** [[words=40]]', model: 'simulated-instant' }
  for (let done = 0; done < count; ) {
    const answer = await page.request.post(`${path}/messages`, { headers, data })
    if (answer.ok()) done += 1
    else await page.waitForTimeout(20)
  }
  await expect.poll(async () => (await (await page.request.get(path, { headers })).json()).state).toBe('idle')
}

test('a browser whose clock is two days ahead tells times as they are', async ({ page }) => {
  await page.clock.setSystemTime(Date.now() + 2 * 86_400_000)
  await page.reload()
  await pickModel(page, 'simulated-reasoner')
  await say(page, 'What time is it? [[words=30]] [[slow=60]]')
  await expect(answers(page).locator('summary').first()).toContainText(/for \d{1,2} s/)
  await expect(answers(page)).toHaveAttribute('data-status', 'complete', { timeout: 30_000 })
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible()
  await page.goto('/workspaces')
  await page.getByRole('button', { name: 'New workspace' }).first().click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Clock')
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Create|New/ })
    .click()
  await page.goto('/workspaces')
  await expect(page.getByText(/now|seconds? ago/).first()).toBeVisible()
})
