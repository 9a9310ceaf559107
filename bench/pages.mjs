// Drives the browser for `pages.py`: measures in milliseconds, prints one object.
import { createRequire } from 'node:module'

const { chromium } = createRequire(new URL('../web/package.json', import.meta.url))('@playwright/test')
const { url, chromium: executablePath, sessions, rounds, account } = JSON.parse(process.argv[2])

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
const browser = await chromium.launch({ executablePath, args })
try {
  console.log(JSON.stringify(await measured(browser)))
} finally {
  await browser.close()
}

async function measured(browser) {
  const loads = []
  for (let round = 0; round < rounds; round += 1) loads.push(await load(browser))
  const page = await signedIn(browser)
  const opened = { short: [], long: [] }
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['short', 'long']) opened[name].push(await opening(page, sessions[name]))
  }
  const typed = {}
  for (const name of ['short', 'long']) {
    await page.goto(`/chat/${sessions[name]}`)
    await page.locator('[data-message]').first().waitFor()
    await page.waitForTimeout(1000)
    typed[name] = await typing(page)
  }
  return {
    load: median(loads),
    short: median(opened.short),
    long: median(opened.long),
    typed_short: typed.short,
    typed_long: typed.long,
    task: await growing(page),
  }
}

/** A page of somebody who has come in, with an empty cache. */
async function signedIn(browser) {
  const context = await browser.newContext({ baseURL: url, locale: 'en-US' })
  const answer = await context.request.post('/api/v1/auth/login', { data: account })
  if (!answer.ok()) throw new Error(`signing in answered ${answer.status()}`)
  return context.newPage()
}

/** From nothing to a box that takes what is written. */
async function load(browser) {
  const page = await signedIn(browser)
  const began = performance.now()
  await page.goto('/chat', { waitUntil: 'commit' })
  await page.getByRole('textbox', { name: 'Message' }).pressSequentially('x')
  const took = performance.now() - began
  await page.getByRole('textbox', { name: 'Message' }).fill('')
  await page.context().close()
  return took
}

/** From the press on a session to its first message on the screen. */
async function opening(page, session) {
  await page.goto('/chat')
  const link = page.locator(`a[href$="${session}"]`)
  await link.waitFor()
  await page.waitForTimeout(500)
  return link.evaluate(async (element) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const began = performance.now()
    element.click()
    while (!document.querySelector('[data-message]')) await frame()
    await frame()
    return performance.now() - began
  })
}

/** One stroke of a key, with all that is drawn anew for it. */
function typing(page) {
  return page.getByRole('textbox', { name: 'Message' }).evaluate(async (box) => {
    const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set
    const times = []
    for (let count = 1; count <= 60; count += 1) {
      const began = performance.now()
      set.call(box, 'x'.repeat(count))
      box.dispatchEvent(new Event('input', { bubbles: true }))
      await new Promise((resolve) => setTimeout(resolve))
      document.body.getBoundingClientRect()
      times.push(performance.now() - began)
    }
    return times.toSorted((one, other) => one - other)[30]
  })
}

/** The longest task while a long answer is written below many messages; 0 when none took 50 ms. */
async function growing(page) {
  await page.goto(`/chat/${sessions.growing}`)
  await page.locator('[data-message]').first().waitFor()
  await page.waitForTimeout(1000)
  await page.evaluate(() => {
    window.longest = 0
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration)
    }).observe({ type: 'longtask' })
  })
  const box = page.getByRole('textbox', { name: 'Message' })
  await box.fill('Write [[words=600]] [[slow=80]]')
  await box.press('Enter')
  const answer = page.locator('[data-role="assistant"]').last()
  await page.locator('[data-role="assistant"][data-status="streaming"]').waitFor()
  await page.locator('[data-role="assistant"][data-status="streaming"]').waitFor({ state: 'detached', timeout: 60_000 })
  if ((await answer.getAttribute('data-status')) !== 'complete') throw new Error('the answer did not end well')
  return page.evaluate(() => window.longest)
}

function median(values) {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]
}
