import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { answers, enter, expect, newMember, type Page, pickModel, say, test } from './test.ts'

const NARROW = 'simulated-instant:narrow'
const SMALL = 'simulated-instant:room=700'
const summaries = (page: Page) => page.locator('article[data-role="summary"]')
const questions = (page: Page) => page.locator('article[data-role="user"]')
const box = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true })

let channel: unknown

test.beforeEach(async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/chat')
})

test.afterEach(async ({ hall }) => {
  if (channel) await (await signedInTo(hall.url))('DELETE', `/gateway/channels/${channel}`)
  channel = undefined
})

async function answered(page: Page, text: string): Promise<void> {
  const before = await answers(page).count()
  await say(page, text)
  await expect(answers(page)).toHaveCount(before + 1)
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete')
}

async function healthy(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
}

test('a conversation is summed up by command and from the menu, everywhere, and can be read', async ({
  page,
  context,
}) => {
  await pickModel(page, 'simulated-instant')
  await answered(page, 'First [[say=Alpha.]]')
  const other = await context.newPage()
  await other.goto(page.url())
  await box(page).fill('/comp')
  await expect(page.getByRole('option', { name: /compact/ })).toBeVisible()
  await box(page).press('Enter')
  await expect(page.getByRole('option', { name: /Sum up now/ })).toBeVisible()
  await box(page).pressSequentially('names [[say=Alpha it was.]]')
  await expect(page.getByRole('option', { name: /Keeping in mind: names/ })).toBeVisible()
  await box(page).press('Enter')
  await expect(box(page)).toHaveValue('')
  for (const one of [page, other]) {
    await expect(summaries(one)).toHaveAttribute('data-status', 'complete')
    await expect(summaries(one)).toContainText('Summed up')
    await expect(answers(one)).toHaveText([/Alpha/])
  }
  await summaries(page).getByText('Show').click()
  await expect(summaries(page).getByText('Alpha it was.')).toBeVisible()
  await healthy(page)

  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Sum up…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Sum up the conversation' })
  await dialog.getByRole('button', { name: 'Sum up' }).click()
  await expect(dialog.getByRole('alert')).toContainText('nothing to sum up')
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await answered(page, 'Second [[say=Beta.]]')
  await page.reload()
  await expect(answers(page)).toHaveText([/Alpha/, /Beta/])
  await expect(summaries(page)).toContainText('Summed up')
})

test('a summary that fails says so, changes nothing, and is made again; one that runs is stopped', async ({ page }) => {
  await pickModel(page, 'simulated-instant')
  await answered(page, 'First [[say=Alpha.]]')
  const compact = async (note: string) => {
    await box(page).fill(`/compact ${note}`)
    await expect(page.getByRole('option', { name: /Sum up now/ })).toBeVisible()
    await box(page).press('Enter')
  }
  await compact('[[error=400]]')
  await expect(summaries(page)).toContainText('Summing up failed. Nothing has changed')
  await compact('[[endless]] [[slow=20]]')
  await expect(summaries(page)).toContainText('Summing up what was said')
  await box(page).press('Escape')
  await expect(summaries(page)).toContainText('did not come to its end')
  await expect(summaries(page)).toHaveCount(1)
  await summaries(page).getByRole('button', { name: 'Sum up again' }).click()
  await expect(summaries(page)).toHaveAttribute('data-status', 'complete')
})

test('a full context is summed up before the next question, and a question without room is asked again', async ({
  page,
  hall,
}) => {
  const ask = await signedInTo(hall.url)
  const models = [{ name: NARROW }, { name: SMALL }]
  channel = (await ask('POST', '/gateway/channels', { name: 'Narrow', kind: 'simulator', models })).id
  await ask('PUT', `/gateway/models/${encodeURIComponent(NARROW)}`, { context_tokens: 1000 })
  await page.reload()
  await pickModel(page, NARROW)
  const gauge = page.getByRole('button', { name: 'Usage and limits' })
  await answered(page, `${'All of it '.repeat(355)} [[say=Alpha.]]`)
  await expect(gauge).toContainText(/Context 8\d/)
  await say(page, 'And then? [[words=5]]')
  await expect(answers(page)).toHaveCount(2)
  await expect(summaries(page)).toHaveAttribute('data-status', 'complete')
  await expect(questions(page)).toHaveText([/All of it/, /And then/])
  await expect(gauge).toContainText(/Context \d(\.\d)?%/)

  await page.goto('/chat')
  await pickModel(page, SMALL)
  await answered(page, `First ${'word '.repeat(400)} [[say=Alpha.]]`)
  await say(page, `Second ${'word '.repeat(200)}`)
  await expect(answers(page).last()).toContainText('too long for this model')
  await answers(page).last().getByRole('button', { name: 'Sum up and try again' }).click()
  await expect(summaries(page)).toHaveAttribute('data-status', 'complete')
  await expect(answers(page)).toHaveCount(2)
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete')
  await expect(questions(page).last()).toContainText('Second word')
})

test('a session is forked from a message and as a whole, and tells where it came from', async ({ page }) => {
  await pickModel(page, 'simulated-instant')
  await answered(page, 'First [[say=Alpha.]]')
  await answered(page, 'Second [[say=Beta.]]')
  const original = page.url()
  await answers(page).first().getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Fork from here' }).click()
  await expect(page).not.toHaveURL(original)
  await expect(answers(page)).toHaveText([/Alpha/])
  await answered(page, 'Otherwise [[say=Gamma.]]')
  await healthy(page)
  await page.getByRole('link', { name: /Forked from “First/ }).click()
  await expect(page).toHaveURL(original)
  await expect(answers(page)).toHaveText([/Alpha/, /Beta/])

  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Fork', exact: true }).click()
  await expect(page).not.toHaveURL(original)
  await expect(answers(page)).toHaveText([/Alpha/, /Beta/])
  await expect(page.getByRole('heading', { level: 1 })).toContainText('(3)')
})

test('one goes on from an earlier answer, or back, and has another model answer again', async ({ page }) => {
  await pickModel(page, 'simulated-instant')
  await answered(page, 'First [[say=Alpha.]]')
  await answered(page, 'Second [[say=Beta.]]')
  const bar = page.getByRole('status').filter({ hasText: 'goes on from' })
  const goOn = async () => {
    await answers(page).first().getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Continue from here' }).click()
    await expect(bar).toContainText('Alpha.')
    await expect(box(page)).toBeFocused()
  }
  await goOn()
  await page.getByRole('button', { name: 'Back to the end' }).click()
  await expect(bar).toHaveCount(0)
  await goOn()
  await say(page, 'Aside [[say=Gamma.]]')
  await expect(answers(page)).toHaveText([/Alpha/, /Gamma/])
  await expect(bar).toHaveCount(0)
  await expect(page.getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()

  await answers(page).last().getByRole('button', { name: 'Answer by another model' }).click()
  await page.getByRole('menuitemradio', { name: 'simulated-chat' }).click()
  await expect(answers(page).last()).toContainText('simulated-chat')
  await expect(answers(page).last()).toHaveAttribute('data-status', 'complete')
  await expect(answers(page).last().getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
})
