import { answers, apiToken, enter, expect, newMember, type Page, pickModel, say, test } from './test.ts'

test.beforeEach(async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
})

const questions = (page: Page) => page.locator('article[data-role="user"]')
const versions = (page: Page, name: string) => page.getByRole('group', { name })
const queue = (page: Page) => page.getByRole('region', { name: 'Waiting to be sent' })

async function answered(page: Page, text: string, said: string): Promise<void> {
  await say(page, text)
  await expect(answers(page).last()).toContainText(said)
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete')
}

test('a question is edited, an answer made anew, and every version is found again, in every tab', async ({
  page,
  context,
}) => {
  await answered(page, 'First [[say=Alpha.]]', 'Alpha.')
  await answered(page, 'Second [[say=Beta.]]', 'Beta.')
  await answered(page, 'Third [[say=Gamma.]]', 'Gamma.')
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(answers(other)).toHaveCount(3)

  await questions(page).nth(1).hover()
  await questions(page).nth(1).getByRole('button', { name: 'Edit and send again' }).click()
  const box = page.getByRole('textbox', { name: 'Edit message' })
  await expect(box).toBeFocused()
  await box.press('Escape')
  await expect(questions(page).nth(1)).toContainText('Second')
  await questions(page).nth(1).getByRole('button', { name: 'Edit and send again' }).click()
  await box.fill('Second, edited [[say=Delta.]]')
  await box.press('Enter')
  for (const one of [page, other]) {
    await expect(answers(one)).toHaveText([/Alpha/, /Delta/])
    await expect(versions(one, 'Version 2 of 2')).toBeVisible()
  }

  await questions(page).nth(1).getByRole('button', { name: 'Version before' }).press('Enter')
  for (const one of [page, other]) await expect(answers(one)).toHaveText([/Alpha/, /Beta/, /Gamma/])
  await expect(page.getByRole('button', { name: 'Next version' })).toBeFocused()

  await answers(page).first().getByRole('button', { name: 'Another answer' }).click()
  await expect(answers(page)).toHaveCount(1)
  for (const one of [page, other]) await expect(versions(one, 'Version 2 of 2')).toBeVisible()
  await page.reload()
  await expect(answers(page)).toHaveText([/Alpha/])
  await answers(page).getByRole('button', { name: 'Version before' }).click()
  await expect(answers(page)).toHaveText([/Alpha/, /Delta/])
})

test('↑ in the empty box edits the last question, also out of sight, and Escape leads back to the box', async ({
  page,
}) => {
  const words = 'Some more words. '.repeat(400)
  await answered(page, `A long story [[say=${words}]]`, 'Some more words.')
  await expect(questions(page)).not.toBeInViewport()
  const composer = page.getByRole('textbox', { name: 'Message', exact: true })
  await composer.press('ArrowUp')
  const box = page.getByRole('textbox', { name: 'Edit message' })
  await expect(box).toBeFocused()
  await expect(box).toBeInViewport()
  await box.press('Escape')
  await expect(composer).toBeFocused()
  await composer.press('ArrowUp')
  await box.fill('Shorter, please [[say=Yes.]]')
  await box.press('Enter')
  await expect(answers(page)).toHaveText([/Yes\./])
  await expect(composer).toBeFocused()
})

test('a switch from far above shows the end of the other branch, and search finds its way to any', async ({ page }) => {
  await answered(page, 'Number 0 [[say=0 it is.]]', '0 it is.')
  const id = page.url().split('/').at(-1)
  const at = `/api/v1/chat/sessions/${id}`
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const isIdle = async () => (await (await page.request.get(at, { headers })).json()).state === 'idle'
  for (let number = 1; number < 30; number += 1) {
    const data = { text: `Number ${number} [[say=${number} it is.]]` }
    expect((await page.request.post(`${at}/messages`, { headers, data })).ok()).toBe(true)
    await expect.poll(isIdle, { intervals: [50] }).toBe(true)
  }
  await expect(answers(page).last()).toContainText('29 it is.')
  await expect(async () => {
    await page.getByRole('region', { name: 'Conversation' }).evaluate((region) => region.scrollTo(0, 0))
    await expect(questions(page).first()).toContainText('Number 0', { timeout: 300 })
  }).toPass()
  await questions(page).first().hover()
  await questions(page).first().getByRole('button', { name: 'Edit and send again' }).click()
  await page.getByRole('textbox', { name: 'Edit message' }).fill('Xylophonequilt [[say=Quilted.]]')
  await page.keyboard.press('Enter')
  await expect(answers(page)).toHaveText([/Quilted/])

  await page.getByRole('button', { name: 'Version before' }).click()
  await expect(answers(page).last()).toContainText('29 it is.')
  await expect(answers(page).last()).toBeInViewport()

  await page.goto('/chat/search?q=xylophonequilt')
  await page.getByRole('list', { name: 'Found messages' }).getByRole('link').click()
  await expect(answers(page)).toHaveText([/Quilted/])
})

test('what is said meanwhile waits, is changed, is held by a stop, and then sent by itself', async ({ page }) => {
  await say(page, 'For ever [[endless]] [[slow=20]]')
  await expect(answers(page)).toContainText(/(\w+\s+){3}/)
  const waiting = queue(page).getByRole('listitem')
  for (const [at, word] of ['One', 'Two', 'Three'].entries()) {
    await say(page, `${word} [[say=${word} it is.]]`)
    await expect(waiting).toHaveCount(at + 1)
  }
  await waiting.nth(1).getByRole('button', { name: 'Send earlier' }).click()
  await expect(waiting.first()).toContainText('Two')
  await waiting.nth(1).getByRole('button', { name: 'Remove' }).click()
  await expect(waiting).toHaveCount(2)
  await waiting.last().getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('textbox', { name: 'Edit waiting message' }).fill('Four [[say=Four it is.]]')
  await page.keyboard.press('Enter')
  await expect(waiting.last()).toContainText('Four')

  await page.getByRole('textbox', { name: 'Message' }).press('Escape')
  await expect(queue(page)).toContainText('stopped or failed')
  await page.reload()
  await expect(queue(page)).toContainText('stopped or failed')
  await queue(page).getByRole('button', { name: 'Go on' }).click()
  await expect(answers(page)).toHaveText([/./, /Two it is/, /Four it is/])
  await expect(queue(page)).toHaveCount(0)
})
