/** The network for commands: off at first; where an admin allows it, asked for in every mode. */
import { configure, signedInTo } from './people.ts'
import { answers, enter, expect, newMember, type Page, say, test } from './test.ts'

const call = '[[call=bash {"command": "echo here", "network": true}]] [[say=Done.]]'
const tool = (page: Page) => page.locator('section[data-tool]')

test('a command that wants the network says so, and is asked for though nothing else is', async ({ page, hall }) => {
  const person = await newMember(hall)
  await enter(page, person)
  const ask = await signedInTo(hall.url, person)
  const { id } = await ask('POST', '/workspaces', { name: 'Bakery' })
  const session = await ask('POST', '/chat/sessions', { model: 'simulated-instant', workspace_id: id, mode: 'full' })
  await page.goto(`/chat/${session.id}`)
  await say(page, call)
  await expect(tool(page)).toHaveAttribute('data-status', 'failed', { timeout: 20_000 })
  await expect(answers(page).last()).toContainText('Done.')

  const restore = await configure(hall.url, 'commands', { network: true })
  await say(page, call)
  const card = page.getByRole('region', { name: 'Permission', exact: true })
  await expect(card.getByRole('list', { name: 'Look at this twice' })).toContainText('Wants the network')
  await expect(card).toContainText('network: echo here')
  await card.getByRole('button', { name: /^Always…/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Always allow: Run command' })
  await expect(dialog.getByRole('textbox', { name: 'Pattern 1' })).toHaveValue('network: echo *')
  await dialog.getByRole('button', { name: 'Always allow' }).click()
  await expect(tool(page).last()).toHaveAttribute('data-status', 'done', { timeout: 20_000 })
  await say(page, call)
  await expect(tool(page)).toHaveCount(3)
  await expect(tool(page).last()).toHaveAttribute('data-status', 'done', { timeout: 20_000 })
  await restore()
})
