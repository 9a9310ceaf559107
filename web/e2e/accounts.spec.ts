import { ada, enter, expect, newMember, test } from './test.ts'

test('signing in returns to where one was, and a wrong password is explained', async ({ page, hall }) => {
  const person = await newMember(hall)
  await page.goto('/settings/keys')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toContainText('The e-mail address or the password is wrong.')
  await expect(page.getByRole('alert')).toContainText('Request id:')
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/settings\/keys$/)
  await expect(page.getByRole('heading', { name: 'API keys' })).toBeVisible()
})

test('anyone may register while registration is open, each address once', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByLabel('Name').fill('Second Person')
  await page.getByLabel('E-mail').fill(ada.email)
  await page.getByLabel('Password', { exact: true }).fill('a long password')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('alert')).toContainText('already an account')
  await page.getByLabel('E-mail').fill(`second-${Date.now()}@example.org`)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('heading', { name: 'Hello, Second' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Admin' })).toHaveCount(0)
})

test('signing out in one tab signs out every tab, and keeps the cookie from working', async ({
  page,
  hall,
  context,
}) => {
  await enter(page, await newMember(hall))
  await page.goto('/chat')
  const second = await context.newPage()
  await second.goto('/settings/profile')
  await expect(second.getByRole('heading', { name: 'Profile' })).toBeVisible()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await expect(second).toHaveURL(/\/sign-in/)
  await page.goto('/chat')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('the access token is kept in memory only', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/chat')
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]))
  expect(stored).not.toMatch(/eyJ|guildhall_refresh/)
})

test('a key is shown once, works, and is refused when revoked', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/settings/keys')
  await expect(page.getByText('No key yet')).toBeVisible()
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('my laptop')
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
  const key = await page.getByTestId('new-key').innerText()
  expect(key).toMatch(/^gh-/)
  await expect(page.getByRole('dialog').locator('pre')).toContainText(`${hall.url}/v1/chat/completions`)
  await page.getByRole('dialog').getByText('Python', { exact: true }).click()
  await expect(page.getByRole('dialog').locator('pre')).toContainText(`base_url="${hall.url}/v1"`)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText(key)).toHaveCount(0)
  await expect(page.getByRole('row', { name: /my laptop/ })).toBeVisible()

  const call = () =>
    page.request.post('/v1/chat/completions', {
      headers: { authorization: `Bearer ${key}` },
      data: { model: 'simulated-instant', messages: [{ role: 'user', content: 'Hello' }] },
    })
  await expect.poll(async () => (await call()).status()).toBe(200)
  await page.getByRole('button', { name: 'Menu of my laptop' }).click()
  await page.getByRole('menuitem', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByText('No key yet')).toBeVisible()
  await expect.poll(async () => (await call()).status()).toBe(401)
})

test('a refused access token is renewed once, unseen', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  let refused = 0
  await page.route('**/api/v1/keys?*', async (route) => {
    if (refused > 0) return route.continue()
    refused += 1
    const error = { type: 'auth', code: 'token_expired', message: 'The token has expired.', request_id: 'req_test' }
    return route.fulfill({ status: 401, json: { error } })
  })
  await page.goto('/settings/keys')
  await expect(page.getByText('No key yet')).toBeVisible()
  expect(refused).toBe(1)
})

test('a session ended elsewhere leads to the sign-in page and back', async ({ page, hall }) => {
  const person = await newMember(hall)
  await enter(page, person)
  await page.goto('/settings/profile')
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible()
  await page.context().clearCookies()
  await page.route('**/api/v1/keys?*', (route) =>
    route.fulfill({ status: 401, json: { error: { code: 'token_expired' } } }),
  )
  await page.getByRole('link', { name: 'API keys' }).click()
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fsettings%2Fkeys/)
  await page.unroute('**/api/v1/keys?*')
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('No key yet')).toBeVisible()
})
