import { ada, answers, test as base, expect, pickModel, say } from './test.ts'

const test = base.extend({ baseURL: async ({ emptyHall }, use) => use(emptyHall.url) })

/** Journey 2: from an empty hall to a streamed answer, in a browser. */
test.describe
  .serial('the first run', () => {
    test('leads from nothing to a streamed answer', async ({ page }) => {
      await page.goto('/')
      await expect(page).toHaveURL(/\/welcome$/)
      await page.getByLabel('Name').fill(ada.name)
      await page.getByLabel('E-mail').fill(ada.email)
      await page.getByLabel('Password', { exact: true }).fill('short')
      await page.getByRole('button', { name: 'Create admin account' }).click()
      await expect(page.getByText('At least 8 characters, please.')).toBeVisible()
      await page.getByLabel('Password', { exact: true }).fill(ada.password)
      await page.getByRole('button', { name: 'Create admin account' }).click()

      await expect(page).toHaveURL(/\/welcome\/model$/)
      await expect(page.getByText('Simulated').first()).toBeVisible()
      await page.getByRole('button', { name: 'Use the simulator' }).click()

      await expect(page).toHaveURL(/\/chat$/)
      await expect(page.getByRole('heading', { name: 'Hello, Ada' })).toBeVisible()
      await pickModel(page, 'simulated-reasoner')
      await say(page, 'Good morning, hall!')
      await expect(page).toHaveURL(/\/chat\/.+/)
      const answer = answers(page)
      await expect(answer).toHaveAttribute('data-status', 'complete', { timeout: 30_000 })
      await expect(answer.locator('blockquote')).toContainText('Good morning, hall!')
      await expect(answer.locator('table')).toBeVisible()
      await expect(answer.locator('strong').first()).toBeVisible()
      await expect(answer.locator('pre span').first()).toBeVisible()

      const thinking = answer.locator('details').filter({ hasText: 'Thought for' })
      await expect(thinking.locator('summary')).toContainText(/Thought for \d+ s/)
      await expect(thinking).not.toHaveAttribute('open')
      await thinking.locator('summary').click()
      await expect(thinking.locator('p').first()).toBeVisible()

      await answer.getByRole('button', { name: 'Copy code' }).click()
      await expect(answer.getByRole('button', { name: 'Copied' })).toBeVisible()
    })

    test('interrupted by a crash: what was written is kept, and it can be tried again', async ({ page, emptyHall }) => {
      await page.goto('/sign-in')
      await page.getByLabel('E-mail').fill(ada.email)
      await page.getByLabel('Password', { exact: true }).fill(ada.password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await pickModel(page, 'simulated-chat')
      await say(page, 'Tell me a long story [[slow=15]] [[words=300]]')
      await expect(answers(page)).toContainText(/\w+ \w+ \w+ \w+ \w+ \w+/)
      await emptyHall.crashAndRestart()
      await expect(page.getByText('This answer was interrupted')).toBeVisible({ timeout: 45_000 })
      await expect(answers(page)).toContainText(/\w+ \w+ \w+ \w+ \w+ \w+/)
      await page.getByRole('button', { name: 'Try again' }).click()
      await expect(answers(page)).toHaveAttribute('data-status', 'streaming')
      await page.getByRole('button', { name: 'Stop' }).click()
      await expect(page.getByText('You stopped this answer.')).toBeVisible()
    })
  })
