/** Pictures for the documentation, written to docs/images: the product as it is, with the simulator. */
import { picture, speakChinese } from './picture.ts'
import { ada, answers, apiToken, enter, expect, type Page, pickModel, say, test } from './test.ts'

const subjects = [
  'Agenda for the apprentices’ council',
  'Which timber for the long table?',
  'Translate the charter into plain words',
  'SQL for overdue membership fees',
  'Recipe for forty guests',
  'Letter to the neighbouring guild',
]

async function talk(page: Page, text: string): Promise<void> {
  await page.goto('/chat')
  await pickModel(page, 'simulated-reasoner')
  await say(page, text)
  await expect(answers(page)).toHaveAttribute('data-status', 'complete', { timeout: 30_000 })
  await expect(answers(page).locator('pre span').first()).toBeVisible()
}

async function earlierSessions(page: Page): Promise<void> {
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  for (const title of subjects) {
    const made = await page.request.post('/api/v1/chat/sessions', { headers, data: {} })
    const { id } = (await made.json()) as { id: string }
    await page.request.patch(`/api/v1/chat/sessions/${id}`, { headers, data: { title } })
  }
}

test.use({ contextOptions: { reducedMotion: 'reduce' }, deviceScaleFactor: 1.5 })

const firstRun = test.extend({ baseURL: async ({ emptyHall }, use) => use(emptyHall.url) })

firstRun('first run', async ({ page }) => {
  await page.goto('/welcome')
  await expect(page.getByRole('heading', { name: 'Welcome to your hall' })).toBeVisible()
  await picture(page, 'first-run')
})

test('English, light and dark', async ({ page }) => {
  await page.goto('/sign-in')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await picture(page, 'sign-in')
  await enter(page, ada)
  await page.goto('/welcome/model')
  await page.getByText('DeepSeek').click()
  await picture(page, 'connect-a-model')
  await earlierSessions(page)
  await page.goto('/chat')
  await expect(page.getByRole('heading', { name: 'Hello, Ada' })).toBeVisible()
  await picture(page, 'new-chat')
  await page.setViewportSize({ width: 1280, height: 960 })
  await talk(page, 'How do I greet everyone who comes through the door?')
  await page.getByRole('region', { name: 'Conversation' }).evaluate((region) => region.scrollTo(0, 0))
  await picture(page, 'chat')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'chat-dark')
  await page.setViewportSize({ width: 390, height: 780 })
  await picture(page, 'chat-phone-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await picture(page, 'chat-phone')
  await page.getByRole('button', { name: 'Open menu' }).click()
  await picture(page, 'menu-phone')
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto('/chat/temporary')
  await expect(page.getByRole('heading', { name: 'Temporary chat' }).first()).toBeVisible()
  await picture(page, 'temporary-chat')
  await page.goto('/gateway/channels')
  await page.getByRole('button', { name: 'Test' }).first().click()
  await expect(page.getByRole('status').filter({ hasText: 'answered in' })).toBeVisible()
  await picture(page, 'channels')
  await page.emulateMedia({ colorScheme: 'dark' })
  await picture(page, 'channels-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/settings/profile')
  await picture(page, 'profile')
  await page.goto('/settings/security')
  await expect(page.getByRole('table', { name: 'Devices' })).toBeVisible()
  await picture(page, 'security')
  await page.goto('/settings/appearance')
  await picture(page, 'appearance')
  await limitedKeys(page)
  await page.goto('/settings/keys')
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('nightly report')
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
  await expect(page.getByRole('dialog').locator('pre span').first()).toBeVisible()
  await picture(page, 'new-key')
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /[1-9]/, { timeout: 20_000 })
  await picture(page, 'keys')
  await page.setViewportSize({ width: 390, height: 780 })
  await picture(page, 'keys-phone')
})

/** Keys as a person has them after a while: some limited, one with a quota that has been used. */
async function limitedKeys(page: Page): Promise<void> {
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const make = async (data: object) => {
    const made = await page.request.post('/api/v1/keys', { headers, data })
    return ((await made.json()) as { key: string }).key
  }
  await make({ name: 'my laptop', allowed_addresses: ['203.0.113.7'], parallel_calls: 2 })
  const limits = { calls_per_minute: 60, quota_tokens: 2_400, quota_period: 'week' }
  const key = await make({ name: 'minutes of the council', models: ['simulated-instant'], ...limits })
  for (const subject of subjects) {
    const data = { model: 'simulated-instant', messages: [{ role: 'user', content: subject }] }
    await page.request.post('/v1/chat/completions', { headers: { authorization: `Bearer ${key}` }, data })
  }
}

test('Chinese', async ({ page }) => {
  await enter(page, ada)
  await speakChinese(page)
  await page.goto('/chat')
  await page.getByRole('button', { name: /^模型/ }).click()
  await page.getByRole('menuitemradio', { name: 'simulated-reasoner' }).click()
  await page.getByRole('textbox', { name: '消息' }).fill('如何向每一位来访者问好？')
  await page.keyboard.press('Enter')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete', { timeout: 30_000 })
  await expect(answers(page).locator('pre span').first()).toBeVisible()
  await picture(page, 'chat-zh')
  await page.goto('/gateway/channels')
  await expect(page.getByRole('heading', { name: '渠道' }).first()).toBeVisible()
  await expect(page.locator('[data-skeleton]')).toHaveCount(0)
  await picture(page, 'channels-zh')
})

test('models and prices', async ({ page }) => {
  await enter(page, ada)
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const channel = async (name: string, kind: string, models: object[]) => {
    const data = { name, kind, enabled: true, models }
    await page.request.post('/api/v1/gateway/channels', { headers, data })
  }
  await channel('OpenAI', 'openai', [{ name: 'gpt-4o' }, { name: 'gpt-4o-mini' }, { name: 'text-embedding-3-small' }])
  await channel('Google', 'gemini', [{ name: 'gemini-2.5-pro' }])
  await channel('Fast lane', 'groq', [{ name: 'house-model', upstream_model: 'our-own-tuning' }])
  const price = (since: string, dollars: number) => ({
    model: 'gpt-4o',
    since,
    rates: { input: dollars * 1_000_000_000, cached_input: dollars * 500_000_000, output: dollars * 4_000_000_000 },
  })
  const said = { fallbacks: ['gpt-4o-mini'] }
  await page.request.put('/api/v1/gateway/models/gpt-4o', { headers, data: said })
  await page.request.post('/api/v1/gateway/prices', { headers, data: price('2026-01-01T00:00:00Z', 2.4) })
  const models = async (heading: string) => {
    await page.goto('/gateway/models')
    await expect(page.getByRole('heading', { name: heading }).first()).toBeVisible()
    await expect(page.locator('[data-skeleton]')).toHaveCount(0)
  }
  await models('Models')
  await picture(page, 'models')
  await page.getByRole('button', { name: 'Menu of gpt-4o', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Prices' }).click()
  await page.getByRole('button', { name: 'New price' }).click()
  await expect(page.getByRole('button', { name: 'Save price' })).toBeVisible()
  await picture(page, 'new-price')
  await speakChinese(page)
  await models('模型')
  await picture(page, 'models-zh')
})

test('the playground', async ({ page }) => {
  await enter(page, ada)
  const compare = async (
    words: { title: string; add: string; model: string; text: string; run: string },
    question: string,
  ) => {
    await page.evaluate(() => {
      for (const key of Object.keys(localStorage)) if (key.includes('playground')) localStorage.removeItem(key)
    })
    await page.goto('/gateway/playground')
    await expect(page.getByRole('heading', { name: words.title })).toBeVisible()
    await page.getByRole('button', { name: words.add }).click()
    for (const [place, model] of ['simulated-reasoner', 'simulated-instant'].entries())
      await page.getByRole('combobox', { name: `${words.model} ${place + 1}` }).selectOption(model)
    await page.getByRole('textbox', { name: words.text }).fill(`${question} [[words=90]]`)
    await page.getByRole('button', { name: words.run, exact: true }).click()
    await expect(page.locator('[data-status=complete]')).toHaveCount(2, { timeout: 30_000 })
    await page.getByRole('textbox', { name: words.text }).fill(question)
  }
  await page.goto('/chat')
  const english = { title: 'Playground', add: 'Add model', model: 'Model', text: 'Text of message 1', run: 'Run' }
  await compare(english, 'Describe an evening in the hall.')
  await picture(page, 'playground')
  await speakChinese(page)
  const chinese = { title: '试验场', add: '添加模型', model: '模型', text: '第 1 条消息的内容', run: '运行' }
  await compare(chinese, '描述大厅里的一个夜晚。')
  await picture(page, 'playground-zh')
})

test('the admin section', async ({ page }) => {
  await enter(page, ada)
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const made = await page.request.post('/api/v1/keys', { headers, data: { name: 'minutes of the council' } })
  const { key } = (await made.json()) as { key: string }
  for (const subject of subjects) {
    const data = { model: 'simulated-instant', messages: [{ role: 'user', content: subject }] }
    await page.request.post('/v1/chat/completions', { headers: { authorization: `Bearer ${key}` }, data })
  }
  const rule = { network: '203.0.113.0/24', kind: 'deny', reason: 'Guessing passwords all night' }
  await page.request.post('/api/v1/ip-rules', { headers, data: rule })
  const shown = async (path: string, name: string) => {
    await page.goto(`/admin/${path}`)
    await expect(page.getByRole('heading').first()).toBeVisible()
    await expect(page.locator('[data-skeleton]')).toHaveCount(0)
    await expect(page.locator('[data-drawn="false"]')).toHaveCount(0)
    await picture(page, name)
  }
  await page.setViewportSize({ width: 1280, height: 960 })
  await page.goto('/admin/dashboard')
  await expect(page.getByRole('img', { name: 'Model calls' })).toBeVisible({ timeout: 30_000 })
  await shown('dashboard', 'admin-dashboard')
  await page.emulateMedia({ colorScheme: 'dark' })
  await shown('dashboard', 'admin-dashboard-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await shown('jobs', 'admin-jobs')
  await shown('alerts/rules', 'admin-alert-rules')
  await shown('audit', 'admin-audit')
  await shown('configuration/limits', 'admin-configuration')
  await shown('ip-rules', 'admin-ip-rules')
  await shown('retention', 'admin-retention')
  await shown('system', 'admin-system')
  await page.setViewportSize({ width: 390, height: 780 })
  await shown('alerts/rules', 'admin-alert-rules-phone')
  await page.setViewportSize({ width: 1280, height: 960 })
  await speakChinese(page)
  await shown('dashboard', 'admin-dashboard-zh')
})
