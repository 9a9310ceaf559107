import { readFile } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import { answers, apiToken, enter, expect, newMember, type Page, say, test } from './test.ts'

test.beforeEach(async ({ page, hall }) => {
  await enter(page, await newMember(hall))
})

/** Sessions with these titles, the last one newest; gives their ids. */
async function begin(page: Page, ...titles: string[]): Promise<string[]> {
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const ids: string[] = []
  for (const title of titles) {
    const made = await page.request.post('/api/v1/chat/sessions', { headers, data: { model: 'simulated-instant' } })
    const { id } = (await made.json()) as { id: string }
    await page.request.patch(`/api/v1/chat/sessions/${id}`, { headers, data: { title } })
    ids.push(id)
  }
  return ids
}

async function pick(page: Page, title: string, entry: string): Promise<void> {
  await page.getByRole('listitem').filter({ hasText: title }).first().hover()
  await page
    .getByRole('button', { name: `Menu of ${title}` })
    .first()
    .click()
  await page.getByRole('menuitem', { name: entry, exact: true }).click()
}

test('sessions are pinned, archived and brought back, in every tab', async ({ page, context }) => {
  test.slow()
  await begin(page, 'Old plans', 'Garden', 'Kitchen')
  await page.goto('/chat')
  const second = await context.newPage()
  await second.goto('/chat')
  const list = (tab: Page) => tab.getByRole('navigation', { name: 'Sessions' }).getByRole('listitem')
  await expect(list(second)).toHaveText(['Kitchen', 'Garden', 'Old plans'])

  await pick(page, 'Old plans', 'Pin')
  for (const tab of [page, second]) await expect(list(tab)).toHaveText(['Old plans', 'Kitchen', 'Garden'])
  await expect(page.getByRole('region', { name: 'Pinned' })).toContainText('Old plans')
  await pick(page, 'Old plans', 'Unpin')
  for (const tab of [page, second]) await expect(list(tab)).toHaveText(['Kitchen', 'Garden', 'Old plans'])

  await second.getByRole('link', { name: 'Archive' }).click()
  await expect(second.getByText('Nothing is archived')).toBeVisible()
  await pick(page, 'Garden', 'Archive')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(list(second)).toHaveText(['Kitchen', 'Garden', 'Old plans'])

  await pick(page, 'Garden', 'Archive')
  const shelf = second.getByRole('list', { name: 'Archive' })
  for (const tab of [page, second]) await expect(list(tab)).toHaveText(['Kitchen', 'Old plans'])
  await expect(shelf.getByRole('link', { name: 'Garden' })).toBeVisible()
  await second.reload()
  expect((await new AxeBuilder({ page: second }).analyze()).violations).toEqual([])
  await shelf.getByRole('link', { name: 'Garden' }).click()
  await say(second, 'Still there?')
  await expect(answers(second)).toHaveAttribute('data-status', 'complete')
  for (const tab of [page, second]) await expect(list(tab)).toHaveText(['Garden', 'Kitchen', 'Old plans'])

  await pick(page, 'Kitchen', 'Archive')
  await second.goto('/chat/archive')
  await shelf.getByRole('button', { name: 'Bring back' }).click()
  for (const tab of [page, second]) await expect(list(tab)).toHaveText(['Garden', 'Kitchen', 'Old plans'])
})

test('a session is exported as a file named after it', async ({ page }) => {
  const [id] = await begin(page, '量子/花园')
  await page.goto(`/chat/${id}`)
  await say(page, 'Is it green? [[say=It <i>is</i>.]]')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  for (const [entry, name, words] of [
    ['Export as Markdown', '量子 花园.md', 'It &lt;i>is&lt;/i>.'],
    ['Export as JSON', '量子 花园.json', '"It <i>is</i>."'],
  ] as const) {
    await page.getByRole('button', { name: 'Session menu' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: entry }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe(name)
    expect(await readFile(await file.path(), 'utf8')).toContain(words)
  }
})

test('a copy is shared by a link that anybody reads until it is revoked', async ({ page, browser, context, hall }) => {
  const [id] = await begin(page, 'Green things')
  await page.goto(`/chat/${id}`)
  await say(page, 'Is it green? [[say=It **is** green.]]')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Share…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share a copy' })
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await dialog.getByRole('button', { name: 'Make a link' }).click()
  const link = (await dialog.getByTestId('link').textContent()) ?? ''
  expect(link).toContain(`${hall.url}/share/`)
  await expect(dialog.getByRole('region', { name: 'Links' })).toContainText('No end')

  const outside = await browser.newContext()
  const reader = await outside.newPage()
  const opened = await reader.goto(link)
  expect(opened?.status()).toBe(200)
  expect(opened?.headers()).toMatchObject({ 'x-robots-tag': 'noindex, nofollow', 'cache-control': 'private, no-store' })
  expect(opened?.headers()['content-security-policy']).toContain("script-src 'self'")
  await expect(reader.getByRole('heading', { name: 'Green things' })).toBeVisible()
  await expect(answers(reader)).toContainText('It is green.')
  await expect(reader).toHaveTitle(/Green things/)
  expect((await new AxeBuilder({ page: reader }).analyze()).violations).toEqual([])

  const second = await context.newPage()
  await second.goto(`/chat/${id}`)
  await say(second, 'And blue? [[say=Blue too.]]')
  await expect(answers(second)).toHaveCount(2)
  await expect(answers(second).last()).toHaveAttribute('data-status', 'complete')
  await reader.reload()
  await expect(answers(reader)).toHaveCount(1)
  await dialog.getByRole('button', { name: 'Refresh' }).click()
  await expect(async () => {
    await reader.reload()
    await expect(answers(reader)).toHaveCount(2, { timeout: 2_000 })
  }).toPass()

  await second.getByRole('button', { name: 'Session menu' }).click()
  await second.getByRole('menuitem', { name: 'Share…' }).click()
  await second.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(dialog.getByRole('region', { name: 'Links' })).toHaveCount(0)
  const closed = await reader.goto(link)
  expect(closed?.status()).toBe(404)
  await expect(reader.getByRole('heading', { name: 'There is nothing to read here' })).toBeVisible()
  expect((await reader.goto(`${hall.url}/share/wrong`))?.status()).toBe(404)
  await outside.close()
})

test('sessions are put into folders and tagged, in every tab', async ({ page, context }) => {
  test.slow()
  await begin(page, 'Old plans', 'Garden', 'Kitchen')
  await page.goto('/chat')
  const second = await context.newPage()
  await second.goto('/chat')
  const bar = (tab: Page) => tab.getByRole('navigation', { name: 'Sessions' })
  const inside = (tab: Page, folder: string) => bar(tab).getByRole('region', { name: folder }).getByRole('listitem')
  const below = (tab: Page) => bar(tab).getByRole('region', { name: 'Today' }).getByRole('listitem')
  const fold = (tab: Page, folder: string) => bar(tab).getByRole('button', { name: folder, exact: true })
  const dialog = page.getByRole('dialog')

  await bar(page).getByRole('button', { name: 'New folder' }).click()
  await expect(dialog.getByLabel('Name')).toBeFocused()
  await page.keyboard.type('House')
  await page.keyboard.press('Enter')
  await fold(page, 'House').click()
  await expect(bar(page).getByText('Nothing is in here yet.')).toBeVisible()
  await pick(page, 'Garden', 'Move to folder…')
  await dialog.getByLabel('Folder').selectOption('House')
  await dialog.getByRole('button', { name: 'Move' }).click()
  await expect(inside(page, 'House')).toHaveText(['Garden'])
  await bar(page).getByRole('link', { name: 'Kitchen' }).dragTo(fold(page, 'House'))
  await expect(inside(page, 'House')).toHaveText(['Kitchen', 'Garden'])
  await fold(second, 'House').click()
  await expect(inside(second, 'House')).toHaveText(['Kitchen', 'Garden'])
  await expect(below(second)).toHaveText(['Old plans'])
  await second.reload()
  await expect(inside(second, 'House')).toHaveText(['Kitchen', 'Garden'])

  await pick(page, 'Old plans', 'Move to folder…')
  await dialog.getByLabel('Folder').selectOption('A new folder…')
  await dialog.getByLabel('Name').fill('house')
  await dialog.getByRole('button', { name: 'Move' }).click()
  await expect(dialog.getByText('You have a folder of this name already.')).toBeVisible()
  await dialog.getByLabel('Name').fill('Past')
  await dialog.getByRole('button', { name: 'Move' }).click()
  await expect(fold(second, 'Past')).toBeVisible()
  await expect(below(second)).toHaveCount(0)
  await fold(second, 'Past').click()
  await second.getByRole('button', { name: 'Menu of the folder Past' }).click()
  await second.getByRole('menuitem', { name: 'Move up' }).click()
  await expect(bar(page).locator('section')).toHaveText([/^Past/, /^House/])

  await pick(page, 'Garden', 'Tags…')
  await expect(dialog.getByLabel('Add a tag')).toBeFocused()
  await page.keyboard.type('green')
  await page.keyboard.press('Enter')
  await page.keyboard.type('#spring, GREEN')
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(inside(second, 'House')).toHaveText(['Kitchen', 'Garden#green#spring'])
  await pick(second, 'Old plans', 'Tags…')
  await second.getByRole('dialog').getByRole('button', { name: '#green' }).click()
  await second.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await inside(second, 'House').getByRole('button', { name: '#green' }).click()
  await expect(bar(second).getByRole('listitem')).toHaveText(['Garden#green#spring', 'Old plans#green'])
  expect((await new AxeBuilder({ page: second }).analyze()).violations).toEqual([])
  await bar(second).getByRole('button', { name: 'Show all sessions' }).click()
  await expect(inside(second, 'Past')).toHaveText(['Old plans#green'])

  await second.getByRole('button', { name: 'Menu of the folder House' }).click()
  await second.getByRole('menuitem', { name: 'Delete' }).click()
  await second.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  for (const tab of [page, second]) await expect(below(tab)).toHaveText(['Kitchen', 'Garden#green#spring'])
})
