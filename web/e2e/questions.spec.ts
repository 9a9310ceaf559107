import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { answers, enter, expect, newMember, type Page, say, test } from './test.ts'

const COLOUR = {
  question: 'Which bread shall I bake first?',
  header: 'Bread',
  options: [
    { label: 'Rye', description: 'Sourdough; it needs a night to rise.' },
    { label: 'Spelt', description: 'Done within the hour.' },
    { label: 'Wheat' },
  ],
}
const DAYS = {
  question: 'On which days is the shop open?',
  multiple: true,
  options: [{ label: 'Saturday' }, { label: 'Sunday' }],
}
const ask = (...questions: object[]) => `[[call=ask_user ${JSON.stringify({ questions })}]]`
const card = (page: Page) => page.getByRole('region', { name: 'Question', exact: true })
const asked = (page: Page) => page.locator('section[data-tool="ask_user"]')

test.beforeEach(async ({ page, hall }) => {
  const person = await newMember(hall)
  await enter(page, person)
  const wish = await signedInTo(hall.url, person)
  const workspace = await wish('POST', '/workspaces', { name: 'Bakery' })
  const session = await wish('POST', '/chat/sessions', { model: 'simulated-instant', workspace_id: workspace.id })
  await page.goto(`/chat/${session.id}`)
  await expect(page.getByRole('button', { name: 'Workspace: Bakery' })).toBeVisible()
})

async function complete(page: Page, words: string): Promise<void> {
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete', { timeout: 20_000 })
  await expect(answers(page).last()).toContainText(words)
}

test('an agent asks, waits through a reload, and goes on with what it is answered', async ({ page }) => {
  await say(page, `${ask(COLOUR, DAYS)} [[say=I bake it.]]`)
  await expect(card(page)).toContainText('Which bread shall I bake first?')
  await expect(page).toHaveTitle(/^\(1 waiting\)/)
  await page.reload()
  await expect(card(page)).toContainText('Sourdough; it needs a night to rise.')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
  await expect(card(page).getByRole('button', { name: 'Answer' })).toBeDisabled()
  await card(page)
    .getByRole('radio', { name: /^Spelt/ })
    .check()
  await card(page).getByRole('checkbox', { name: 'Sunday' }).check()
  await card(page).getByRole('textbox', { name: 'Another answer to: On which days' }).fill('Monday morning')
  await card(page).getByRole('button', { name: 'Answer' }).click()
  await complete(page, 'I bake it.')
  await expect(card(page)).toHaveCount(0)
  await page.reload()
  await expect(asked(page)).toContainText('Spelt')
  await expect(asked(page)).toContainText('Sunday; Monday morning')
  await expect(page).not.toHaveTitle(/waiting/)
})

test('numbers choose and Enter sends, where nobody is typing', async ({ page }) => {
  await say(page, `${ask(COLOUR)} [[say=I bake it.]]`)
  await expect(card(page)).toBeVisible()
  await page.getByRole('textbox', { name: 'Message' }).press('2')
  await expect(card(page).getByRole('radio', { name: /^Spelt/ })).not.toBeChecked()
  await page.getByRole('textbox', { name: 'Message' }).blur()
  await page.keyboard.press('2')
  await expect(card(page).getByRole('radio', { name: /^Spelt/ })).toBeFocused()
  await page.keyboard.press('1')
  await expect(card(page).getByRole('radio', { name: /^Rye/ })).toBeChecked()
  await page.keyboard.press('Escape')
  await expect(card(page)).toBeVisible()
  await page.keyboard.press('Enter')
  await complete(page, 'I bake it.')
  await expect(asked(page)).toContainText('Rye')
})

test('what is skipped is left to the agent, and said so', async ({ page }) => {
  await say(page, `${ask(COLOUR)} [[say=I bake rye, then.]]`)
  await card(page).getByRole('button', { name: 'Skip' }).click()
  await complete(page, 'I bake rye, then.')
  await expect(asked(page)).toContainText('Nobody answered; the agent decided itself.')
})

test('it is listed with all that waits, and a tab that comes too late is told', async ({ page, context }) => {
  await say(page, `${ask(COLOUR)} [[say=I bake it.]]`)
  await expect(card(page)).toBeVisible()
  const deaf = await context.newPage()
  await deaf.routeWebSocket(/\/realtime/, (socket) => socket.close())
  await deaf.route('**/api/v1/realtime/**', (route) => route.abort())
  await deaf.goto('/chat/permissions')
  await expect(card(deaf)).toContainText('Which bread shall I bake first?')
  await card(page).getByRole('textbox').fill('Baguette')
  await page.keyboard.press('Enter')
  await complete(page, 'I bake it.')
  await expect(asked(page)).toContainText('Baguette')
  await card(deaf).getByRole('button', { name: 'Skip' }).click()
  await expect(deaf.getByText('This has been answered already.')).toBeVisible()
  await expect(deaf.getByRole('heading', { name: 'Nothing waits for you' })).toBeVisible()
})

test('stopping takes the question back, and out of sight a bar leads to it', async ({ page }) => {
  await page.setViewportSize({ width: 1000, height: 480 })
  await say(page, `[[say=${'A long story of bread. '.repeat(120)}]] ${ask(COLOUR)} [[say=Done.]]`)
  await expect(card(page)).toHaveCount(1)
  await page.getByRole('region', { name: 'Conversation' }).evaluate((region) => region.scrollTo(0, 0))
  await page.getByRole('button', { name: 'Show' }).click()
  await expect(card(page)).toBeInViewport()
  await expect(card(page)).toBeFocused()
  await page.getByRole('button', { name: 'Stop' }).click()
  await expect(answers(page)).toHaveAttribute('data-status', 'stopped')
  await expect(card(page)).toHaveCount(0)
  await expect(asked(page)).toContainText('Interrupted')
})
