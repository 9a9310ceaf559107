import { AxeBuilder } from '@axe-core/playwright'
import { ada, answers, enter, expect, type Page, say, test } from './test.ts'

const open = [
  { name: 'sign in', path: '/sign-in', ready: 'Sign in' },
  { name: 'register', path: '/register', ready: 'Create an account' },
  { name: 'forgotten password', path: '/forgotten', ready: 'Forgotten your password?' },
  { name: 'new password', path: '/reset/some-token', ready: 'Choose a new password' },
  { name: 'invitation', path: '/invitation/some-token', ready: 'You are invited' },
]

const closed = [
  { name: 'new chat', path: '/chat', ready: 'Hello, Ada' },
  { name: 'search', path: '/chat/search?q=nothing', ready: 'Search' },
  { name: 'archive', path: '/chat/archive', ready: 'Archive' },
  { name: 'temporary chat', path: '/chat/temporary', ready: 'Temporary chat' },
  { name: 'workspaces', path: '/workspaces', ready: 'Workspaces' },
  {
    name: 'a workspace that is gone',
    path: '/workspaces/ws_00000000000000000000000000',
    ready: 'This workspace is gone',
  },
  { name: 'channels', path: '/gateway/channels', ready: 'Channels' },
  { name: 'new channel', path: '/gateway/channels/new', ready: 'Add a channel' },
  { name: 'models', path: '/gateway/models', ready: 'Models' },
  { name: 'calls', path: '/gateway/calls', ready: 'Calls' },
  { name: 'price files', path: '/gateway/prices', ready: 'Prices as files' },
  { name: 'statistics', path: '/gateway/statistics', ready: 'Statistics' },
  { name: 'playground', path: '/gateway/playground', ready: 'Playground' },
  { name: 'connect a model', path: '/welcome/model', ready: 'Connect a model' },
  { name: 'profile', path: '/settings/profile', ready: 'Profile' },
  { name: 'security', path: '/settings/security', ready: 'Security' },
  { name: 'users', path: '/admin/users', ready: 'People' },
  { name: 'keys', path: '/settings/keys', ready: 'API keys' },
  { name: 'what waits', path: '/chat/permissions', ready: 'Waits for you' },
  { name: 'agent rules', path: '/settings/rules', ready: 'Agent rules' },
  { name: 'appearance', path: '/settings/appearance', ready: 'Appearance' },
  { name: 'dashboard', path: '/admin/dashboard', ready: 'Dashboard' },
  { name: 'jobs', path: '/admin/jobs', ready: 'Jobs' },
  { name: 'schedules', path: '/admin/jobs/schedules', ready: 'Schedules' },
  { name: 'alerts', path: '/admin/alerts', ready: 'Alerts' },
  { name: 'alert history', path: '/admin/alerts/history', ready: 'Alerts' },
  { name: 'alert rules', path: '/admin/alerts/rules', ready: 'Alerts' },
  { name: 'alert channels', path: '/admin/alerts/channels', ready: 'Alerts' },
  { name: 'audit log', path: '/admin/audit', ready: 'Audit log' },
  { name: 'IP rules', path: '/admin/ip-rules', ready: 'IP rules' },
  { name: 'configuration', path: '/admin/configuration', ready: 'Configuration' },
  { name: 'a document', path: '/admin/configuration/mail', ready: 'Mail' },
  { name: 'a document with groups', path: '/admin/configuration/call_limits', ready: 'Limits of model calls' },
  { name: 'retention', path: '/admin/retention', ready: 'Retention' },
  { name: 'system', path: '/admin/system', ready: 'System' },
  { name: 'nothing', path: '/no/such/page', ready: 'Nothing here' },
]

async function expectClean(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  )
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ colorScheme: theme, contextOptions: { reducedMotion: 'reduce' } })

    for (const { name, path, ready } of open) {
      test(`${name} is accessible`, async ({ page }) => {
        await page.goto(path)
        await expect(page.getByRole('heading', { name: ready }).first()).toBeVisible()
        await expectClean(page)
      })
    }

    for (const { name, path, ready } of closed) {
      test(`${name} is accessible`, async ({ admin: page }) => {
        await page.goto(path)
        await expect(page.getByRole('heading', { name: ready }).first()).toBeVisible()
        await expect(page.locator('[data-skeleton]')).toHaveCount(0)
        await expectClean(page)
      })
    }

    test('a conversation is accessible, with its menu and dialogs', async ({ admin: page }) => {
      await page.goto('/chat')
      await say(page, 'Show me everything [[reason]]')
      await expect(answers(page)).toHaveAttribute('data-status', 'complete', { timeout: 30_000 })
      await expect(answers(page).locator('pre span').first()).toBeVisible()
      await answers(page).locator('summary').filter({ hasText: 'Thought for' }).click()
      await expectClean(page)
      await page.getByRole('button', { name: 'Session menu' }).click()
      await expect(page.getByRole('menu')).toBeVisible()
      await expectClean(page)
      await page.goto('/settings/keys')
      await page.getByRole('button', { name: 'Create key' }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectClean(page)
    })
  })
}

test('the theme can be chosen, and is there before the first paint of the next visit', async ({ admin: page }) => {
  await page.goto('/settings/appearance')
  await page.getByText('Dark', { exact: true }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.reload({ waitUntil: 'commit' })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.getByText('Light', { exact: true }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light')
})

test('an address without a page keeps the way to all others', async ({ admin: page }) => {
  await page.goto('/admin/no-such-page')
  await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible()
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Gateway' })).toBeVisible()
  await expect(page.getByRole('main')).toHaveCount(1)
})

test('everything speaks Chinese when asked to', async ({ admin: page }) => {
  await page.goto('/settings/appearance')
  await page.getByText('中文').click()
  await expect(page.getByRole('heading', { name: '外观' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh')
  for (const { path } of closed) {
    await page.goto(path)
    await expect(page.getByRole('heading').first()).toBeVisible()
    await expect(page.locator('[data-skeleton]')).toHaveCount(0)
    const english = await page.evaluate(() => {
      for (const said of document.querySelectorAll('[translate="no"]')) said.remove() // by people, in their own words
      return document.body.innerText.match(/\b(the|your|you|this|with)\b/gi)
    })
    expect(english, path).toBeNull()
  }
})

test('a browser that prefers Chinese gets it at once', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ locale: 'zh-CN', baseURL })
  const page = await context.newPage()
  await page.goto('/sign-in')
  await expect(page.getByRole('button', { name: '登录' })).toBeVisible()
  await context.close()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true })

  test('the side bar is a drawer and the composer stays at the bottom', async ({ page }) => {
    await enter(page, ada)
    await page.goto('/chat')
    await expect(page.getByRole('navigation', { name: 'Sessions' })).toHaveCount(0)
    const box = page.getByRole('textbox', { name: 'Message' })
    await expect(box).toBeInViewport()
    await page.getByRole('button', { name: 'Open menu' }).click()
    await expect(page.getByRole('navigation', { name: 'Sessions' })).toBeVisible()
    await expectClean(page)
    await page.getByRole('link', { name: 'Temporary chat' }).click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(page.getByRole('heading', { name: 'Temporary chat' }).first()).toBeVisible()
    // The keyboard takes the lower half of the window; interactive-widget=resizes-content shrinks the page.
    await page.setViewportSize({ width: 390, height: 420 })
    await expect(box).toBeInViewport()
  })

  test('no page is wider than the window', async ({ page }) => {
    await enter(page, ada)
    for (const { path, ready } of closed) {
      await page.goto(path)
      await expect(page.getByRole('heading', { name: ready }).first()).toBeVisible()
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(width, path).toBeLessThanOrEqual(390)
    }
  })
})
