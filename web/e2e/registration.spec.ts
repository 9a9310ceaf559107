import { configure, signedInTo, signInBy } from './people.ts'
import { enter, expect, newMember, test } from './test.ts'

test('when registration is closed the pages say so, and whom to ask', async ({ page, hall }) => {
  const restore = await configure(hall.url, 'accounts', { registration: 'closed' })
  try {
    await page.goto('/sign-in')
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Create an account' })).toHaveCount(0)
    await page.goto('/register')
    await expect(page.getByText('Registration is closed. Ask an admin')).toBeVisible()
    await expect(page.getByLabel('E-mail')).toHaveCount(0)
  } finally {
    await restore()
  }
})

test('an admin invites; the link makes one account, even while registration is by invitation', async ({
  admin: page,
  browser,
  hall,
}) => {
  const restore = await configure(hall.url, 'accounts', { registration: 'invite' })
  try {
    const email = `invited-${Date.now()}@example.org`
    await page.goto('/admin/users')
    await page.getByRole('button', { name: 'Invite' }).click()
    await page.getByLabel('E-mail address').fill(email)
    await page.getByRole('button', { name: 'Make invitation' }).click()
    const link = await page.getByTestId('link').innerText()
    await page.getByRole('button', { name: 'Done' }).click()
    await expect(page.getByRole('table', { name: 'Open invitations' })).toContainText(email)

    const theirs = await browser.newContext({ baseURL: hall.url, locale: 'en-US' })
    const guest = await theirs.newPage()
    await guest.goto('/sign-in')
    await expect(guest.getByText('Accounts here are by invitation.')).toBeVisible()
    await guest.goto(link)
    await expect(guest.getByText('Ada Admin invites you to this hall.')).toBeVisible()
    await expect(guest.getByLabel('E-mail')).toHaveValue(email)
    await guest.getByLabel('Name').fill('Invited Person')
    await guest.getByLabel('Password', { exact: true }).fill('a long password')
    await guest.getByRole('button', { name: 'Create account and come in' }).click()
    await expect(guest.getByRole('heading', { name: 'Hello, Invited' })).toBeVisible()

    await guest.context().clearCookies()
    await guest.goto(link)
    await expect(guest.getByText('This invitation has been used.')).toBeVisible()
    await theirs.close()

    await page.goto(`/admin/users?search=${encodeURIComponent(email)}`)
    await expect(page.getByRole('table', { name: 'People' })).toContainText('Invited Person')
  } finally {
    await restore()
  }
})

test('a withdrawn invitation says so', async ({ admin: page, browser, hall }) => {
  const ask = await signedInTo(hall.url)
  const email = `withdrawn-${Date.now()}@example.org`
  const { link } = await ask('POST', '/users/invitations', { email, role: 'member', expires_in_days: 1 })
  await page.goto('/admin/users')
  await page.getByRole('button', { name: `Withdraw the invitation for ${email}` }).click()
  await expect(page.getByText('The invitation is withdrawn.')).toBeVisible()
  await expect(page.getByText(email)).toHaveCount(0)
  const theirs = await browser.newContext({ baseURL: hall.url, locale: 'en-US' })
  const guest = await theirs.newPage()
  await guest.goto(String(link))
  await expect(guest.getByText('This invitation has been withdrawn.')).toBeVisible()
  await guest.goto('/invitation/no-such-invitation')
  await expect(guest.getByRole('alert')).toContainText('There is no such invitation.')
  await theirs.close()
})

test('whoever is signed in is asked before an invitation makes another account', async ({ page, hall }) => {
  const ask = await signedInTo(hall.url)
  const { link } = await ask('POST', '/users/invitations', { role: 'member', expires_in_days: 1 })
  await enter(page, await newMember(hall))
  await page.goto(String(link))
  await page.getByRole('button', { name: 'Sign out and accept it' }).click()
  await expect(page.getByRole('button', { name: 'Create account and come in' })).toBeVisible()
})

test('guests come in without an account while the hall lets them', async ({ page, hall }) => {
  const restore = await configure(hall.url, 'accounts', { guests: true })
  try {
    await page.goto('/sign-in')
    await page.getByRole('button', { name: 'Look around as a guest' }).click()
    await expect(page.getByRole('heading', { name: 'Hello, Guest' })).toBeVisible()
    await page.goto('/settings/profile')
    await expect(page.getByText('You are here as a guest.')).toBeVisible()
    await page.goto('/settings/keys')
    await expect(page.getByText('Not for guests')).toBeVisible()
  } finally {
    await restore()
  }
})

test('too many wrong passwords make one wait, with a clock that counts down', async ({ page, hall }) => {
  const person = await newMember(hall)
  const restore = await configure(hall.url, 'accounts', { wrong_sign_ins_per_address: 3, wrong_sign_ins_minutes: 1 })
  try {
    await page.goto('/sign-in')
    const button = page.getByRole('button', { name: 'Sign in', exact: true })
    for (let attempt = 0; attempt < 6 && !(await page.getByRole('timer').isVisible()); attempt += 1) {
      await signInBy(page, { email: person.email, password: `wrong ${attempt}` })
      await expect(page.getByRole('alert')).toBeVisible()
      await page.waitForTimeout(150)
    }
    const clock = page.getByRole('timer')
    await expect(clock).toHaveText(/You can try again in \d:\d\d\./)
    await expect(button).toBeDisabled()
    const first = await clock.innerText()
    await expect(page.getByText(first, { exact: true })).toHaveCount(0)
    await expect(page.getByText('You can try again now.')).toBeVisible({ timeout: 60_000 })
    await expect(button).toBeEnabled()
  } finally {
    await restore()
  }
})

test('a forgotten password: without mail an admin is asked, whose link works once', async ({
  admin,
  browser,
  hall,
}) => {
  const person = await newMember(hall)
  const theirs = await browser.newContext({ baseURL: hall.url, locale: 'en-US' })
  const page = await theirs.newPage()
  await page.goto('/sign-in')
  await page.getByRole('link', { name: 'Forgotten your password?' }).click()
  await expect(page.getByText('This hall sends no mail.')).toBeVisible()

  await admin.goto('/admin/users')
  await admin.getByRole('textbox', { name: 'Search' }).fill(person.email)
  await expect(admin.getByRole('table', { name: 'People' }).getByRole('row')).toHaveCount(2)
  await admin.getByRole('button', { name: `Menu of ${person.name}`, exact: true }).click()
  await admin.getByRole('menuitem', { name: 'Reset link' }).click()
  await admin.getByRole('button', { name: 'Make the link' }).click()
  const link = await admin.getByTestId('link').innerText()

  await page.goto(link)
  await page.getByLabel('New password').fill('another long password')
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(page.getByRole('heading', { name: /^Hello, Member/ })).toBeVisible()
  await page.goto(link)
  await page.getByLabel('New password').fill('yet another password')
  await page.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(page.getByRole('alert')).toContainText('This link has been used or is too old.')
  await theirs.close()
})

test('a refusal by the organisation’s own sign-in is explained', async ({ page }) => {
  await page.goto('/sign-in?error=account_disabled')
  await expect(page.getByRole('alert')).toContainText('This account has been disabled.')
  await page.goto('/sign-in?error=something_new')
  await expect(page.getByRole('alert')).toContainText('Signing in did not work.')
  await expect(page.getByLabel('E-mail')).toBeVisible()
})
