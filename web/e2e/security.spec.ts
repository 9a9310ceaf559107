import type { Browser } from '@playwright/test'
import { signInBy } from './people.ts'
import { enter, expect, newMember, type Page, type Person, test } from './test.ts'

/** Another device of the same person, with a page open. */
async function elsewhere(browser: Browser, url: string, person: Person): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-US' })
  const page = await context.newPage()
  await enter(page, person)
  await page.goto('/settings/profile')
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible()
  return page
}

test('each device is listed, this one marked; another can be signed out from here', async ({ page, browser, hall }) => {
  const person = await newMember(hall)
  await enter(page, person)
  const other = await elsewhere(browser, hall.url, person)
  await page.goto('/settings/security')
  const table = page.getByRole('table', { name: 'Devices' })
  await expect(table.getByText('This device')).toHaveCount(1)
  await expect(table).toContainText('127.0.0.1')
  const before = await table.getByRole('row').count()
  await table
    .getByRole('button', { name: /^Sign out / })
    .first()
    .click()
  await expect(table.getByRole('row')).toHaveCount(before - 1)
  await page.getByRole('button', { name: 'Sign out all others' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out all others' }).click()
  await expect(table.getByRole('row')).toHaveCount(2)
  await expect(other).toHaveURL(/\/sign-in/, { timeout: 30_000 })
  await expect(page.getByRole('heading', { name: 'Security' })).toBeVisible()
  await other.context().close()
})

test('signing out everywhere ends this device too', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await page.goto('/chat')
  await expect(page).toHaveURL(/\/sign-in/)
})

test('a new password takes the old one, and ends the other devices', async ({ page, browser, hall }) => {
  const person = await newMember(hall)
  await enter(page, person)
  const other = await elsewhere(browser, hall.url, person)
  await page.goto('/settings/security')
  await page.getByLabel('Current password').fill('not my password')
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('At least 8 characters, please.')).toBeVisible()
  await page.getByLabel('New password').fill('my newest password')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByRole('alert')).toContainText('The password is wrong.')
  await page.getByLabel('Current password').fill(person.password)
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('Your password is changed.')).toBeVisible()
  await expect(other).toHaveURL(/\/sign-in/, { timeout: 30_000 })
  await signInBy(other, { email: person.email, password: 'my newest password' })
  await expect(other.getByRole('heading', { name: 'Profile' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Security' })).toBeVisible()
  await other.context().close()
})
