/** Skills of a workspace: listed with what is left out, called by `/`, used by an agent and shown as a call. */
import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { answers, apiToken, enter, expect, newMember, type Page, type Person, test } from './test.ts'

const NOTES = '---\nname: release-notes\ndescription: How release notes are written here.\n---\nSay what changes.\n'

let person: Person

test.beforeEach(async ({ page, hall }) => {
  person = await newMember(hall)
  await enter(page, person)
})

async function write(page: Page, id: string, path: string, text: string): Promise<void> {
  const headers = { authorization: `Bearer ${await apiToken(page)}`, 'content-type': 'application/octet-stream' }
  const address = `/api/v1/workspaces/${id}/file?path=${encodeURIComponent(path)}`
  const answer = await page.request.put(address, { headers, data: Buffer.from(text) })
  expect(answer.ok(), await answer.text()).toBe(true)
}

async function clean(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  )
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
}

test('a workspace says which skills agents find in it, and why others are left out', async ({ page, hall }) => {
  const ask = await signedInTo(hall.url, person)
  const { id } = await ask('POST', '/workspaces', { name: 'Bakery' })
  await page.goto(`/workspaces/${id}`)
  const menu = page.getByRole('button', { name: 'Menu of Bakery' })
  await menu.click()
  await page.getByRole('menuitem', { name: 'Skills of agents' }).click()
  const dialog = page.getByRole('dialog', { name: 'Skills' })
  await expect(dialog).toContainText('There is no skill in this workspace yet.')
  await dialog.getByText('How to add one').click()
  await expect(dialog).toContainText('name: release-notes')
  await clean(page)
  await page.keyboard.press('Escape')
  await write(page, String(id), '.agents/skills/release-notes/SKILL.md', NOTES)
  await write(page, String(id), '.claude/skills/bread/SKILL.md', 'Knead it.')
  await menu.click()
  await page.getByRole('menuitem', { name: 'Skills of agents' }).click()
  await expect(dialog.getByRole('list', { name: 'Skills' })).toContainText('How release notes are written here.')
  const left = dialog.getByRole('region', { name: 'Not offered to agents' })
  await expect(left).toContainText('.claude/skills/bread')
  await expect(left).toContainText('does not begin with ---')
  await clean(page)
  await dialog.getByRole('button', { name: 'Open release-notes' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('tab', { name: /SKILL\.md/ })).toBeVisible()
})

test('a skill is called by its name after a slash, and its text is what the agent is told', async ({ page, hall }) => {
  const ask = await signedInTo(hall.url, person)
  const workspace = await ask('POST', '/workspaces', { name: 'Bakery' })
  await write(page, String(workspace.id), '.agents/skills/release-notes/SKILL.md', NOTES)
  const body = { model: 'simulated-instant', workspace_id: workspace.id, mode: 'ask' }
  const session = await ask('POST', '/chat/sessions', body)
  await page.goto(`/chat/${session.id}`)
  const box = page.getByRole('textbox', { name: 'Message' })
  await box.fill('/rel')
  const option = page.getByRole('option', { name: /^\/release-notes/ })
  await expect(option).toContainText('Skill · How release notes are written here.')
  await box.press('Enter')
  await expect(box).toHaveValue('Use the skill “release-notes”: ')
  await box.pressSequentially('[[call=skill {"name": "release-notes"}]] [[say=So I do.]]')
  await box.press('Enter')
  await expect(answers(page).last()).toContainText('So I do.', { timeout: 20_000 })
  const card = page.locator('section[data-tool]')
  await expect(card).toHaveAttribute('data-status', 'done')
  await card.getByRole('button', { name: /Use skill/ }).click()
  await expect(card).toContainText('Say what changes.')
})
