import { answers, apiToken, enter, expect, newMember, type Page, pickModel, say, test } from './test.ts'

const COUNT = 10_000
/** Of the room that the messages of a long conversation may take in the page, whatever has been read. */
const MOST_DRAWN = 120
/** Calls of functions within 400 ms by a page that waits for somebody. */
const AT_REST = 500

const rows = (page: Page) => page.locator('[data-message]')
const newest = (page: Page) => page.locator('[data-role="user"]').filter({ hasText: 'The newest of many' })
const conversation = (page: Page) => page.getByRole('region', { name: 'Conversation' })

test.beforeEach(async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await say(page, 'The newest of many [[say=Yes.]]')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
})

/** Have the open session look as if so much had been said before: pages of older messages, as the server would give them. */
async function lengthen(page: Page, count: number): Promise<void> {
  const at = page.url().split('/').at(-1)
  const path = `/api/v1/chat/sessions/${at}/messages`
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const real = (await (await page.request.get(path, { headers })).json()).items
  const older = (place: number) => ({
    ...real[place % 2 === 0 ? 1 : 0],
    id: `me_old_${place}`,
    parent_id: null,
    siblings: [`me_old_${place}`],
    usage: null,
    parts: [
      {
        ...real[0].parts[0],
        id: `pa_old_${place}`,
        text: `Old message ${place}.${' Some words of it.'.repeat((place * 7) % 60)}`,
      },
    ],
  })
  await page.route(`**${path}?*`, async (route) => {
    const query = new URL(route.request().url()).searchParams
    const from = Number(query.get('cursor') ?? count)
    const room = Number(query.get('limit')) - (query.has('cursor') ? 0 : real.length)
    const items = Array.from({ length: Math.min(room, from) }, (_, back) => older(from - 1 - back))
    const next = from > room ? String(from - room) : null
    await route.fulfill({ json: { items: query.has('cursor') ? items : [...real, ...items], next_cursor: next } })
  })
}

/** Where the reader is: the first message in sight, and how far below the upper edge it begins. */
function place(page: Page): Promise<{ id: string; top: number }> {
  return conversation(page).evaluate((region) => {
    const edge = region.getBoundingClientRect().top
    const first = [...region.querySelectorAll<HTMLElement>('[data-message]')].find(
      (row) => row.getBoundingClientRect().bottom > edge,
    )
    return { id: first?.dataset.message ?? '', top: (first?.getBoundingClientRect().top ?? 0) - edge }
  })
}

test('of ten thousand messages one from far back is found, read around, and left for the newest', async ({ page }) => {
  await lengthen(page, COUNT)
  await page.goto(`${page.url()}?message=me_old_7000`)
  const found = page.locator('[data-message="me_old_7000"]')
  await expect(found).toBeInViewport()
  await expect(found).toHaveAttribute('data-found', '')
  expect(await rows(page).count()).toBeLessThan(MOST_DRAWN)

  // What is read stays where it is, whatever is measured and whatever arrives above.
  await page.waitForTimeout(300)
  for (let step = 0; step < 8; step += 1) {
    await conversation(page).evaluate((region) => region.scrollBy(0, -900))
    await page.waitForTimeout(100)
    const before = await place(page)
    await page.waitForTimeout(200)
    const after = await place(page)
    expect(after.id).toBe(before.id)
    expect(Math.abs(after.top - before.top)).toBeLessThan(2)
  }
  await page.getByRole('button', { name: 'Go to the newest message' }).click()
  await expect(newest(page)).toBeInViewport()
  await expect(page.getByRole('button', { name: 'Go to the newest message' })).toHaveCount(0)
  expect(await rows(page).count()).toBeLessThan(MOST_DRAWN)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
})

test('the keyboard goes back to the first message, and to the newest again', async ({ page }) => {
  await lengthen(page, 300)
  await page.reload()
  await expect(newest(page)).toBeInViewport()
  await conversation(page).focus()
  await page.keyboard.press('PageUp')
  await expect(newest(page)).not.toBeInViewport()
  await expect(async () => {
    await page.keyboard.press('Home')
    await expect(page.locator('[data-message="me_old_0"]')).toBeInViewport({ timeout: 200 })
  }).toPass()
  expect(await rows(page).count()).toBeLessThan(MOST_DRAWN)
  await page.keyboard.press('End')
  await expect(newest(page)).toBeInViewport()
  await page.unrouteAll({ behavior: 'ignoreErrors' })
})

test('a message that somebody has touched stays as they left it, however far they go', async ({ page }) => {
  const address = page.url()
  await lengthen(page, 600)
  await page.goto(address)
  await page.getByText('Old message 590.').click()
  const kept = page.locator('[data-message="me_old_590"]')
  for (let step = 0; step < 20; step += 1) {
    await conversation(page).evaluate((region) => region.scrollBy(0, -1500))
    await page.waitForTimeout(40)
  }
  await expect(page.locator('[data-message="me_old_588"]')).toHaveCount(0)
  await expect(kept).toHaveCount(1)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
})

test('ten thousand messages cost no more than a hundred to open and to write below', async ({ page }) => {
  const address = page.url()
  const work = await workOf(page)
  const box = page.getByRole('textbox', { name: 'Message' })
  const spent: { opening: number; below: number; amid: number }[] = []
  for (const count of [100, COUNT]) {
    await page.goto(address)
    await lengthen(page, count)
    await page.goto('/chat')
    const link = page.getByRole('link', { name: 'The newest of many' })
    await expect(link).toBeVisible()
    await work.rest()
    await link.click()
    await expect(newest(page)).toBeInViewport()
    const opening = await work.rest()
    await box.pressSequentially('x'.repeat(20))
    const below = await work.rest()
    await page.goto(`${address}?message=me_old_${count / 2}`)
    await expect(page.locator(`[data-message="me_old_${count / 2}"]`)).toBeInViewport()
    await work.rest()
    await box.pressSequentially('x'.repeat(20))
    spent.push({ opening, below, amid: await work.rest() })
    await box.fill('')
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  }
  const [few, many] = spent
  // How often a page draws while it opens depends on how fast the machine is; what a stroke of a key costs does not.
  expect(many?.opening).toBeLessThan(2 * (few?.opening ?? 0))
  expect(many?.below).toBeLessThan(1.05 * (few?.below ?? 0))
  expect(many?.amid).toBeLessThan(1.05 * (few?.amid ?? 0))
  expect(await rows(page).count()).toBeLessThan(MOST_DRAWN)
})

/**
 * How much the page works, which no other work of the machine can disturb: the functions it has called until it
 * has come to rest, since the last time.
 */
async function workOf(page: Page): Promise<{ rest: () => Promise<number> }> {
  const engine = await page.context().newCDPSession(page)
  await engine.send('Profiler.enable')
  await engine.send('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  const calls = async () => {
    const { result } = await engine.send('Profiler.takePreciseCoverage')
    const own = result.filter((script) => script.url.includes('/assets/'))
    return own.flatMap((script) => script.functions).reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0)
  }
  const rest = async () => {
    let [sum, more] = [0, 0]
    do {
      await page.waitForTimeout(400)
      more = await calls()
      sum += more
    } while (more > AT_REST)
    return sum
  }
  return { rest }
}
