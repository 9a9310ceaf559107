import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { AxeBuilder } from '@axe-core/playwright'
import { startHall } from './hall.ts'
import { configure, signedInTo } from './people.ts'
import { ada, enter, expect, newMember, type Page, test } from './test.ts'

const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url))
const run = promisify(execFile)

const PROTOCOLS = ['Chat Completions', 'Responses', 'Messages'] as const

async function open(page: Page): Promise<void> {
  await page.goto('/gateway/playground')
  await expect(page.getByRole('heading', { name: 'Playground', level: 1 })).toBeVisible()
}

function column(page: Page, number: number) {
  return page.getByRole('region', { name: new RegExp(`^Column ${number}:`) })
}

async function ask(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Text of message 1' }).fill(text)
  await page.keyboard.press('Control+Enter')
}

async function ended(page: Page, number = 1, status = 'complete'): Promise<void> {
  await expect(column(page, number).locator(`[data-status=${status}]`)).toBeVisible()
}

async function pick(page: Page, number: number, model: string): Promise<void> {
  await page.getByRole('combobox', { name: `Model ${number}` }).selectOption(model)
}

/** The program that the page shows, and its key. */
async function shownCode(page: Page, language: string): Promise<string> {
  const code = column(page, 1).getByRole('article', { name: 'Code' })
  await code.getByText(language, { exact: true }).first().click()
  return (await code.locator('pre code').textContent()) ?? ''
}

test('one question goes to two models, and one answer is taken further', async ({ admin: page }) => {
  await open(page)
  await pick(page, 1, 'simulated-instant')
  await page.getByRole('button', { name: 'Add model' }).click()
  await pick(page, 2, 'simulated-reasoner')
  await ask(page, 'Good [[say=**day**]]')
  await ended(page, 1)
  await ended(page, 2)
  await expect(column(page, 1).locator('strong')).toHaveText('day')
  await expect(column(page, 2).getByText('Thinking', { exact: true })).toBeVisible()
  for (const number of [1, 2]) {
    const answer = column(page, number)
    await expect(answer.getByText('First token')).toBeVisible()
    await expect(answer.getByText('Tokens out')).toBeVisible()
    await expect(answer.getByText('Gateway overhead')).toBeVisible()
    await expect(answer.locator('dd code').last()).toHaveText(/^call_/)
  }
  await column(page, 2).getByRole('button', { name: 'Continue with this' }).click()
  await expect(page.getByRole('textbox', { name: 'Text of message 2' })).toHaveValue('**day**')
  await page.getByRole('textbox', { name: 'Text of message 3' }).fill('And [[say=night]]')
  await page.getByRole('button', { name: 'Move message 3 up' }).click()
  await expect(page.getByRole('textbox', { name: 'Text of message 2' })).toHaveValue('And [[say=night]]')
  await page.getByRole('button', { name: 'Move message 2 down' }).click()
  await page.getByRole('button', { name: 'Run 1 again' }).click()
  await expect(column(page, 1).getByText('night')).toBeVisible()
  await expect(column(page, 2).locator('strong')).toHaveText('day')
  await page.getByRole('button', { name: 'Remove model 2' }).click()
  await expect(column(page, 2)).toHaveCount(0)
})

test('every protocol answers, streamed and whole, with thinking and with tools', async ({ admin: page }) => {
  await open(page)
  await pick(page, 1, 'simulated-instant')
  for (const protocol of PROTOCOLS) {
    for (const manner of ['Streamed', 'Whole']) {
      await page.getByText(protocol, { exact: true }).click()
      await page.getByText(manner, { exact: true }).click()
      await ask(page, `[[reason]] [[say=${protocol} ${manner}]]`)
      await expect(column(page, 1).getByText(`${protocol} ${manner}`)).toBeVisible()
      await ended(page)
      await column(page, 1).getByText('Thinking', { exact: true }).click()
      await expect(column(page, 1).getByText('This is simulated thinking')).toBeVisible()
      await expect(column(page, 1).getByText('Tokens in', { exact: true })).toBeVisible()
    }
  }
  await page.getByRole('button', { name: /^Tools/ }).click()
  await page.getByRole('button', { name: 'Example' }).click()
  for (const protocol of PROTOCOLS) {
    await page.getByText(protocol, { exact: true }).click()
    await ask(page, 'What weather? [[tool]]')
    await expect(column(page, 1).getByRole('heading', { name: 'Calls weather' })).toBeVisible()
    await expect(column(page, 1).getByRole('figure')).toContainText('"city":')
    await column(page, 1).getByRole('button', { name: 'Continue with this' }).click()
    await page.getByRole('textbox', { name: 'Text of message 3' }).fill('Rain')
    await page.keyboard.press('Control+Enter')
    await expect(column(page, 1).getByText('The tool returned:')).toBeVisible()
    await page.getByRole('button', { name: 'Remove message 2' }).click()
    await expect(page.getByRole('listitem').filter({ hasText: 'Result of weather' })).toHaveCount(0)
  }
})

test('what goes over the line is shown, copied and downloaded', async ({ admin: page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page)
  await pick(page, 1, 'simulated-instant')
  await page.getByRole('button', { name: /^Parameters/ }).click()
  await page.getByRole('textbox', { name: 'Temperature' }).fill('0,5')
  await page.getByRole('textbox', { name: 'Stop at' }).fill('END')
  await ask(page, '[[say=raw]]')
  await ended(page)
  await column(page, 1).getByText('Raw', { exact: true }).click()
  const raw = column(page, 1).getByRole('article', { name: 'Raw' })
  await expect(raw.getByRole('article', { name: 'Request' })).toContainText('"temperature": 0.5')
  await expect(raw.getByRole('article', { name: 'Request' })).toContainText('authorization: Bearer …')
  const response = raw.getByRole('article', { name: 'Response' })
  await expect(response).toContainText('HTTP 200')
  await expect(response).toContainText('x-request-id: call_')
  await expect(response).toContainText(/\+0\.\d{3} s/)
  await expect(response).toContainText('data: [DONE]')
  await raw.getByRole('button', { name: 'Copy request' }).click()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(JSON.parse(copied.split('\n\n')[1] ?? '')).toMatchObject({ temperature: 0.5, stop: ['END'], stream: true })
  const download = page.waitForEvent('download')
  await raw.getByRole('button', { name: 'Download' }).click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/^simulated-instant-call_\w+\.json$/)
  const kept = JSON.parse(await readFile(await file.path(), 'utf8'))
  expect(kept.response.events.length).toBeGreaterThan(2)
  expect(JSON.stringify(kept)).not.toContain('Bearer ey')
})

test('the programs it shows run against the hall', async ({ admin: page, hall }, testInfo) => {
  test.slow()
  const asAda = await signedInTo(hall.url)
  const { key } = await asAda('POST', '/keys', { name: 'playground' })
  const env = { ...process.env, GUILDHALL_API_KEY: String(key), NO_PROXY: '*', no_proxy: '*' }
  await open(page)
  await pick(page, 1, 'simulated-instant')
  await page.getByRole('button', { name: /^Parameters/ }).click()
  await page.getByRole('textbox', { name: 'Temperature' }).fill('0.2')
  await page.getByRole('textbox', { name: 'Most tokens' }).fill('500')
  await page.getByRole('combobox', { name: 'Reasoning effort' }).selectOption('low')
  const odd = `it's "odd" $HOME \\n \`id\` 你好 🦊`
  await page.getByRole('textbox', { name: 'System prompt' }).fill(odd)
  await page.getByRole('textbox', { name: 'Text of message 1' }).fill(`two\nlines [[say=${odd}]]`)
  await column(page, 1).getByText('Code', { exact: true }).click()
  for (const protocol of PROTOCOLS) {
    for (const manner of ['Streamed', 'Whole']) {
      await page.getByText(protocol, { exact: true }).click()
      await page.getByText(manner, { exact: true }).click()
      const curl = await run('bash', ['-c', await shownCode(page, 'curl')], { env })
      expect(curl.stdout, `${protocol} ${manner} by curl`).toContain(manner === 'Whole' ? '你好' : 'data: {')
      const script = testInfo.outputPath('ask.mjs')
      await writeFile(script, await shownCode(page, 'JavaScript'))
      const javascript = await run(process.execPath, [script], { env })
      expect(javascript.stdout.trim(), `${protocol} ${manner} in JavaScript`).toBe(odd)
      const program = testInfo.outputPath('ask.py')
      await writeFile(program, await shownCode(page, 'Python'))
      const python = await run(PYTHON, [program], { env })
      expect(python.stdout.trim(), `${protocol} ${manner} in Python`).toBe(odd)
    }
  }
})

test('one answer is stopped or all are, and failures are told in words', async ({ admin: page }) => {
  await open(page)
  await pick(page, 1, 'simulated-chat')
  await page.getByRole('button', { name: 'Add model' }).click()
  await pick(page, 2, 'simulated-chat')
  await ask(page, '[[slow=5]] [[words=300]]')
  await expect(column(page, 1).getByText('the hall was')).toBeVisible()
  await page.getByRole('button', { name: 'Stop 1', exact: true }).click()
  await ended(page, 1, 'stopped')
  await ended(page, 2, 'running')
  await page.keyboard.press('Escape')
  await ended(page, 2, 'stopped')
  await page.getByRole('button', { name: 'Remove model 2' }).click()

  await ask(page, '[[error=429]]')
  await expect(column(page, 1).getByRole('alert')).toContainText('rate_limit_exceeded')
  await expect(column(page, 1).getByRole('alert')).toContainText('HTTP 429')
  await expect(column(page, 1).getByRole('alert')).toContainText('Too many requests')
  await page.getByText('Messages', { exact: true }).click()
  await ask(page, '[[fail=3]]')
  await expect(column(page, 1).getByRole('alert')).toContainText('failed in the middle')
  await expect(column(page, 1).getByText('Simulated answer')).toBeVisible()
})

test('mistakes are told by line, and nothing is sent with them', async ({ admin: page }) => {
  await open(page)
  await expect(page.getByText('Write a message first.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeDisabled()
  await page.getByRole('textbox', { name: 'Text of message 1' }).fill('Hello')
  await page.getByRole('button', { name: /^Tools/ }).click()
  await page.getByRole('textbox', { name: 'Tools (JSON list)' }).fill('[\n  {"name": "a",}\n]')
  await expect(page.getByText('Not JSON: line 2, column 16.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeDisabled()
  await page.getByRole('textbox', { name: 'Tools (JSON list)' }).fill('[{"name": ""}]')
  await expect(page.getByText('Number 1 of the list is no tool')).toBeVisible()
  await page.getByRole('textbox', { name: 'Tools (JSON list)' }).fill('')
  await page.getByRole('button', { name: /^Answer format/ }).click()
  await page.getByText('JSON schema', { exact: true }).click()
  await page.getByRole('button', { name: 'Example' }).first().click()
  await page.getByRole('button', { name: /^Parameters/ }).click()
  await page.getByRole('textbox', { name: 'Top P' }).fill('1.5')
  await expect(page.getByText('This must be a number from 0 to 1.')).toBeVisible()
  await page.getByRole('textbox', { name: 'Top P' }).fill('')
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeEnabled()
})

test('it is all there after a reload, and gone when one begins anew', async ({ admin: page }) => {
  await open(page)
  await pick(page, 1, 'simulated-instant')
  await page.getByText('Messages', { exact: true }).click()
  await page.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.')
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Picture' }).click()
  await (await chooser).setFiles([
    { name: 'dot.png', mimeType: 'image/png', buffer: png },
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no') },
  ])
  await expect(page.getByText('Pictures may be PNG')).toBeVisible()
  await expect(page.getByRole('img', { name: 'Picture 1' })).toBeVisible()
  await ask(page, 'Look [[say=kept]]')
  await expect(column(page, 1).getByText('kept')).toBeVisible()
  await ended(page)
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'System prompt' })).toHaveValue('Be brief.')
  await expect(page.getByRole('img', { name: 'Picture 1' })).toBeVisible()
  await expect(page.getByRole('radio', { name: 'Messages' })).toBeChecked()
  await expect(column(page, 1).getByText('kept')).toBeVisible()
  await page.getByRole('button', { name: 'Begin anew' }).click()
  await expect(page.getByRole('textbox', { name: 'System prompt' })).toHaveValue('')
  await expect(column(page, 1).getByText('The answer will stand here.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('textbox', { name: 'System prompt' })).toHaveValue('Be brief.')
  await page.getByRole('button', { name: 'Begin anew' }).click()
})

test('members and guests reach it, and nothing of the gateway that is for admins', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/chat')
  await page.getByRole('link', { name: 'Gateway' }).click()
  await expect(page).toHaveURL(/\/gateway\/playground$/)
  await expect(page.getByRole('link', { name: 'Channels' })).toHaveCount(0)
  await pick(page, 1, 'simulated-instant')
  await ask(page, '[[say=for members too]]')
  await expect(column(page, 1).getByText('for members too')).toBeVisible()
  await page.goto('/gateway')
  await expect(page).toHaveURL(/\/gateway\/playground$/)
  await page.goto('/gateway/channels')
  await expect(page.getByText('For admins')).toBeVisible()
  const back = await configure(hall.url, 'accounts', { guests: true })
  try {
    await page.context().clearCookies()
    await page.goto('/sign-in')
    await page.getByRole('button', { name: 'Look around as a guest' }).click()
    await expect(page).toHaveURL(/\/chat/)
    await open(page)
    await pick(page, 1, 'simulated-instant')
    await ask(page, '[[say=for guests too]]')
    await expect(column(page, 1).getByText('for guests too')).toBeVisible()
    await expect(column(page, 1).getByText('for members too')).toHaveCount(0)
  } finally {
    await back()
  }
})

const empty = test.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from the pattern
  baseURL: async ({}, use) => {
    const hall = await startHall()
    await use(hall.url)
    await hall.stop()
  },
})

empty('without a model it says where models come from', async ({ page }) => {
  await page.request.post('/api/v1/auth/register', { data: ada })
  await page.goto('/gateway/playground')
  await expect(page.getByRole('heading', { name: 'No model to try yet' })).toBeVisible()
  await page.getByRole('link', { name: 'Channels' }).last().click()
  await expect(page).toHaveURL(/\/gateway\/channels/)
  await page.context().clearCookies()
  const member = await newMember({ url: new URL(page.url()).origin })
  await enter(page, member)
  await page.goto('/gateway/playground')
  await expect(page.getByText('Ask an admin of this hall to connect a model.')).toBeVisible()
})

test('it is for everybody: by axe, in the dark, in Chinese, on a phone', async ({ admin: page }) => {
  await open(page)
  await pick(page, 1, 'simulated-instant')
  await page.getByRole('button', { name: 'Add model' }).click()
  for (const name of [/^Parameters/, /^Answer format/, /^Tools/, /^More fields/])
    await page.getByRole('button', { name }).click()
  await ask(page, 'Good day [[reason]]')
  await ended(page, 1)
  await ended(page, 2)
  const check = async (what: string) => {
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations, what).toEqual([])
  }
  await check('light')
  await column(page, 1).getByText('Raw', { exact: true }).click()
  await column(page, 2).getByText('Code', { exact: true }).click()
  await page.emulateMedia({ colorScheme: 'dark' })
  await check('dark, raw and code')
  await page.setViewportSize({ width: 390, height: 780 })
  await check('phone')
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  expect(isWide, 'nothing sticks out').toBe(false)
  await page.getByRole('textbox', { name: 'Text of message 1' }).scrollIntoViewIfNeeded()
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByRole('combobox', { name: 'Model 1' })).toBeInViewport()
  await ended(page, 2)
  await page.evaluate(() => localStorage.setItem('guildhall.language', 'zh'))
  await page.reload()
  await expect(page.getByRole('heading', { name: '试验场' })).toBeVisible()
  await check('Chinese')
})
