import AxeBuilder from '@axe-core/playwright'
import { ada, answers, enter, expect, newMember, type Page, pickModel, say, test } from './test.ts'

const message = (page: Page) => page.getByRole('textbox', { name: 'Message' })
const option = (page: Page, name: string | RegExp) => page.getByRole('option', { name })

async function write(page: Page, title: string, fields: Record<string, string>): Promise<void> {
  await page.getByRole('button', { name: 'New prompt' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'New prompt' })
  await dialog.getByRole('textbox', { name: 'Title' }).fill(title)
  if (fields.Instructions) await dialog.getByRole('button', { name: /^For chats begun with it/ }).click()
  for (const [name, value] of Object.entries(fields)) await dialog.getByRole('textbox', { name }).fill(value)
  await dialog.getByRole('button', { name: 'Keep' }).click()
  await expect(dialog).toHaveCount(0)
}

test('a prompt is written, called by its name, filled in and sent', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/prompts')
  await expect(page).toHaveURL(/\/chat\/prompts$/)
  await write(page, 'Review code', {
    Text: 'Review {{code}} for {{what=bugs}} [[say=Reviewed]]',
    'Name after the /': '/review',
    Tags: 'code, work',
    Description: 'A strict look',
  })
  await expect(page.getByRole('heading', { name: 'Review code' })).toBeVisible()

  await page.getByRole('link', { name: 'New chat' }).click()
  await pickModel(page, 'simulated-instant')
  await message(page).pressSequentially('/rev')
  await expect(option(page, /^\/review Review code/)).toHaveAttribute('aria-selected', 'true')
  const active = await message(page).getAttribute('aria-activedescendant')
  await expect(page.locator(`[id="${active}"]`)).toContainText('/review')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(page.getByRole('listbox')).toHaveCount(0)
  await page.keyboard.type('i')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Review code' })
  await expect(dialog.getByRole('textbox', { name: 'what' })).toHaveValue('bugs')
  await dialog.getByRole('textbox', { name: 'code' }).fill('x = {{1}}')
  await page.keyboard.press('Control+Enter')
  await expect(message(page)).toHaveValue('Review x = {{1}} for bugs [[say=Reviewed]]')
  await message(page).press('Enter')
  await expect(answers(page)).toContainText('Reviewed')
})

test('commands rename, set parameters, choose a model and export, and a plain slash is a message', async ({
  page,
  hall,
}) => {
  await enter(page, await newMember(hall))
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await say(page, '/etc/hosts is what? [[say=A file]]')
  await expect(answers(page)).toContainText('A file')

  await message(page).pressSequentially('/sett')
  await page.keyboard.press('Enter')
  const settings = page.getByRole('dialog', { name: 'Settings of this chat' })
  await settings.getByRole('textbox', { name: 'Temperature' }).fill('3')
  await expect(settings.getByText('A number from 0 to 2.')).toBeVisible()
  await expect(settings.getByRole('button', { name: 'Keep' })).toBeDisabled()
  await settings.getByRole('textbox', { name: 'Temperature' }).fill('0.2')
  await settings.getByRole('combobox', { name: 'Thinking' }).selectOption('High')
  await settings.getByRole('button', { name: 'Keep' }).click()
  const chip = page.getByRole('button', { name: 'Parameters of this chat: temperature 0.2, thinking: High' })
  await expect(chip).toBeVisible()

  await message(page).pressSequentially('/model ')
  await option(page, 'simulated-chat').click()
  await expect(page.getByRole('button', { name: 'Model: simulated-chat' })).toBeVisible()
  await expect(message(page)).toHaveValue('')

  await message(page).pressSequentially('/rename')
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Title' }).fill('Hosts')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Hosts' })).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)

  const download = page.waitForEvent('download')
  await message(page).pressSequentially('/export ')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  expect((await download).suggestedFilename()).toBe('Hosts.json')

  await chip.click()
  await settings.getByRole('textbox', { name: 'Temperature' }).fill('')
  await settings.getByRole('combobox', { name: 'Thinking' }).selectOption('As the model has it')
  await settings.getByRole('button', { name: 'Keep' }).click()
  await expect(chip).toHaveCount(0)
})

test('Enter right behind a command waits until commands are there', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.route('**/api/v1/chat/prompts*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await route.continue()
  })
  await page.goto('/chat')
  await message(page).fill('/temporary')
  await message(page).press('Enter')
  await expect(page).toHaveURL(/\/chat\/temporary$/)
  await expect(page.locator('article')).toHaveCount(0)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
})

test('prompts begin chats, go out and come in as a file, and are shared with the hall', async ({ page, hall }) => {
  await enter(page, ada)
  await page.goto('/chat/prompts')
  await write(page, 'Sea captain', { Text: 'Where do we go, {{who=captain}}?', Instructions: 'You are a captain.' })
  await page.getByRole('button', { name: 'Menu of Sea captain' }).click()
  await page.getByRole('menuitem', { name: 'Share with the hall' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Sea captain' }).getByText('Hall')).toBeVisible()

  await page.context().clearCookies()
  await enter(page, await newMember(hall))
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/chat/prompts')
  const given = page.getByRole('listitem').filter({ hasText: 'Sea captain' })
  await given.getByRole('button', { name: 'Menu of Sea captain' }).click()
  await expect(page.getByRole('menuitem')).toHaveText(['Copy as my own'])
  await page.getByRole('menuitem').click()
  const copy = page.getByRole('dialog', { name: 'New prompt' })
  await copy.getByRole('textbox', { name: 'Title' }).fill('My captain')
  await copy.getByRole('textbox', { name: 'Name after the /' }).fill('captain')
  await copy.getByRole('button', { name: 'Keep' }).click()
  await expect(page.getByRole('listitem')).toHaveCount(2)

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Import and export' }).click()
  await page.getByRole('menuitem', { name: 'Export mine' }).click()
  const file = await (await download).path()
  await page.getByRole('button', { name: 'Menu of My captain' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('listitem')).toHaveCount(1)
  await page.getByRole('button', { name: 'Import and export' }).click()
  await page.getByRole('menuitem', { name: 'Import…' }).click()
  await page.getByLabel('File', { exact: true }).setInputFiles(file)
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click()
  await expect(page.getByText('1 added, 0 changed, 0 as before.')).toBeVisible()

  await page.getByRole('searchbox', { name: 'Search prompts' }).fill('my cap')
  await expect(page.getByRole('listitem')).toHaveCount(1)
  await page.getByRole('button', { name: 'Start a chat with My captain' }).click()
  await page.getByRole('dialog', { name: 'My captain' }).getByRole('button', { name: 'Fill in' }).click()
  await expect(page).toHaveURL(/\/chat$/)
  await expect(message(page)).toHaveValue('Where do we go, captain?')
  await expect(page.getByRole('button', { name: 'Settings of this chat (given)' })).toBeVisible()

  await message(page).fill('/cap')
  await option(page, /^\/captain/).click()
  await page.getByRole('dialog', { name: 'My captain' }).getByRole('textbox', { name: 'who' }).fill('sailor')
  await page.getByRole('button', { name: 'Fill in' }).click()
  await expect(message(page)).toHaveValue('Where do we go, sailor?')
})
