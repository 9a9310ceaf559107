import { answers, apiToken, enter, expect, newMember, pickModel, say, test } from './test.ts'

test.beforeEach(async ({ page, hall }) => {
  await enter(page, await newMember(hall))
})

test('sessions are created, renamed, switched, deleted and brought back', async ({ page }) => {
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await say(page, 'First subject')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  const list = page.getByRole('navigation', { name: 'Sessions' })
  await expect(list.getByRole('link', { name: 'First subject' })).toBeVisible()

  await page.getByRole('link', { name: 'New chat' }).click()
  await say(page, 'Second subject')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  await expect(list.getByRole('listitem').first()).toContainText('Second subject')

  await list.getByRole('link', { name: 'First subject' }).click()
  await expect(page.locator('article[data-role="user"]')).toContainText('First subject')

  await list.getByRole('listitem').filter({ hasText: 'First subject' }).hover()
  await page.getByRole('button', { name: 'Menu of First subject' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByRole('textbox', { name: 'Title' }).fill('A better name')
  await page.keyboard.press('Enter')
  await expect(list.getByRole('link', { name: 'A better name' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'A better name' })).toBeVisible()

  await page.getByRole('button', { name: 'Session menu' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(list.getByRole('link', { name: 'A better name' })).toHaveCount(0)
  await expect(page).toHaveURL(/\/chat$/)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('heading', { name: 'A better name' })).toBeVisible()
  await expect(list.getByRole('link', { name: 'A better name' })).toBeVisible()
  await page.reload()
  await expect(page.locator('article[data-role="user"]')).toContainText('First subject')
})

test('on a phone what was deleted in the open menu is brought back from there', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 780 })
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await say(page, 'Held in the hand')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  await page.getByRole('button', { name: 'Open menu' }).click()
  const menu = page.getByRole('dialog')
  await menu.getByRole('link', { name: 'New chat' }).click()
  await page.getByRole('button', { name: 'Open menu' }).click()
  await menu.getByRole('button', { name: 'Menu of Held in the hand' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(menu.getByRole('link', { name: 'Held in the hand' })).toHaveCount(0)
  await menu.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await expect(menu.getByRole('link', { name: 'Held in the hand' })).toBeVisible()
  await expect(menu.getByRole('button', { name: 'Undo' })).toHaveCount(0)
})

test('the side bar of a second tab follows', async ({ page, context }) => {
  await page.goto('/chat')
  const second = await context.newPage()
  await second.goto('/chat')
  await expect(second.getByText('Your conversations will appear here.')).toBeVisible()
  await say(page, 'Seen from afar')
  await expect(second.getByRole('link', { name: 'Seen from afar' })).toBeVisible()
})

test('the list goes on as it is scrolled', async ({ page }) => {
  await page.goto('/chat')
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  for (let count = 0; count < 70; count += 1) {
    const made = await page.request.post('/api/v1/chat/sessions', { headers, data: {} })
    const { id } = (await made.json()) as { id: string }
    await page.request.patch(`/api/v1/chat/sessions/${id}`, { headers, data: { title: `Session ${count}` } })
  }
  await page.reload()
  const list = page.getByRole('navigation', { name: 'Sessions' })
  await expect(list.getByRole('link', { name: 'Session 69', exact: true })).toBeVisible()
  await expect(list.getByRole('link', { name: 'Session 0', exact: true })).toHaveCount(0)
  await expect(async () => {
    await list.getByRole('listitem').last().scrollIntoViewIfNeeded()
    await expect(list.getByRole('link', { name: 'Session 0', exact: true })).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(list.getByRole('listitem')).toHaveCount(70)
})

test('a draft survives a reload, in each session its own', async ({ page }) => {
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await say(page, 'A session')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  const box = page.getByRole('textbox', { name: 'Message' })
  await box.fill('half a thought')
  await page.reload()
  await expect(box).toHaveValue('half a thought')
  await page.getByRole('link', { name: 'New chat' }).click()
  await expect(box).toHaveValue('')
  await page.goBack()
  await expect(box).toHaveValue('half a thought')
  await box.press('Enter')
  await expect(answers(page)).toHaveCount(2)
  await page.reload()
  await expect(box).toHaveValue('')
})

test('a message that could not be sent stays in the box and is sent once', async ({ page, context }) => {
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await say(page, 'Online')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  await context.setOffline(true)
  await say(page, 'Written offline')
  await expect(page.getByText('The server cannot be reached.')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('Written offline')
  await context.setOffline(false)
  await page.getByRole('textbox', { name: 'Message' }).press('Enter')
  await expect(answers(page)).toHaveCount(2)
  await expect(page.locator('article[data-role="user"]').filter({ hasText: 'Written offline' })).toHaveCount(1)
})

test('a message whose reply is lost on the way is said once, and nothing speaks of an error', async ({ page }) => {
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await say(page, 'Online')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  let tries = 0
  await page.route('**/messages', async (route) => {
    tries += 1
    if (tries > 1) return route.continue()
    await route.fetch()
    return route.abort('connectionreset')
  })
  await say(page, 'Said and never heard of')
  await expect(answers(page)).toHaveCount(2)
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('')
  await expect.poll(() => tries).toBe(2)
  await expect(page.getByRole('alert')).toHaveCount(0)
  await page.reload()
  await expect(page.locator('article[data-role="user"]')).toHaveText(['Online', 'Said and never heard of'])
})

test('a temporary chat leaves nothing behind', async ({ page }) => {
  await page.goto('/chat/temporary')
  await pickModel(page, 'simulated-chat')
  await say(page, 'Between you and me [[words=20]]')
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  await expect(page.getByText('Between you and me')).toBeVisible()
  await expect(page.getByText('Your conversations will appear here.')).toBeVisible()
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const sessions = (await (await page.request.get('/api/v1/chat/sessions', { headers })).json()) as { items: unknown[] }
  expect(sessions.items).toEqual([])
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))
  expect(stored).not.toContain('Between you and me')
  await page.reload()
  await expect(page.getByText('Between you and me')).toHaveCount(0)
})

test('a session that is gone says so', async ({ page }) => {
  await page.goto('/chat/se_00000000000000000000000000')
  await expect(page.getByRole('heading', { name: 'This session is gone' })).toBeVisible()
})

test('a menu is used by keyboard alone, and closes on a second click', async ({ page }) => {
  await page.goto('/chat')
  const button = page.getByRole('button', { name: /^Model:/ })
  await button.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitemradio', { name: 'simulated-chat' })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Model: simulated-instant' })).toBeFocused()
  await expect(page.getByRole('menu')).toHaveCount(0)
  await button.click()
  await expect(page.getByRole('menu')).toBeVisible()
  await button.click()
  await expect(page.getByRole('menu')).toHaveCount(0)
  await button.click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toHaveCount(0)
  await expect(button).toBeFocused()
})
