import { readFile } from 'node:fs/promises'
import { signInBy } from './people.ts'
import { enter, expect, newMember, test } from './test.ts'

/** A picture of one colour, larger than any avatar, drawn by the browser itself. */
function drawing(): string {
  const canvas = document.createElement('canvas')
  canvas.width = 900
  canvas.height = 600
  const pen = canvas.getContext('2d')
  if (pen) pen.fillStyle = '#1f7a4d'
  pen?.fillRect(0, 0, 900, 600)
  return canvas.toDataURL('image/png').split(',')[1] ?? ''
}

test('a name and a picture are chosen, previewed, shown everywhere and taken away again', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/settings/profile')
  await page.getByRole('textbox', { name: 'Name' }).fill('Grace Hopper')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Your name is saved.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Account of Grace Hopper' })).toBeVisible()

  const chooser = page.locator('input[type=file]')
  await chooser.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') })
  await expect(page.getByRole('alert')).toContainText('not a picture')
  const buffer = Buffer.from(await page.evaluate(drawing), 'base64')
  await chooser.setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer })
  await expect(page.getByRole('dialog').getByAltText('Preview of your picture')).toBeVisible()
  await page.getByRole('button', { name: 'Use this picture' }).click()
  await expect(page.getByText('Your picture is saved.')).toBeVisible()
  const pictures = page.locator('img[src^="data:image/"]')
  await expect(pictures).toHaveCount(2)
  await page.reload()
  await expect(pictures).toHaveCount(2)

  await page.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('Your picture is removed.')).toBeVisible()
  await expect(pictures).toHaveCount(0)
})

test('the address changes with the password, and is the one to sign in with', async ({ page, hall }) => {
  const person = await newMember(hall)
  const email = `moved-${Date.now()}@example.org`
  await enter(page, person)
  await page.goto('/settings/profile')
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  await page.getByLabel('New e-mail address').fill(email)
  await page.getByLabel('Current password').fill('not my password')
  await page.getByRole('button', { name: 'Change address' }).click()
  await expect(page.getByRole('alert')).toContainText('The password is wrong.')
  await page.getByLabel('Current password').fill(person.password)
  await page.getByRole('button', { name: 'Change address' }).click()
  await expect(page.getByText('Your address is changed.')).toBeVisible()
  await expect(page.getByText(email)).toBeVisible()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await signInBy(page, { email, password: person.password })
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible()
})

test('leaving: take one’s data along, then delete the account for good', async ({ page, hall }) => {
  const person = await newMember(hall)
  await enter(page, person)
  await page.goto('/settings/profile')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download my data' }).click(),
  ])
  const file = await readFile(await download.path(), 'latin1')
  expect(download.suggestedFilename()).toMatch(/\.(json|zip)$/)
  expect(file.length).toBeGreaterThan(100)

  await page.getByRole('button', { name: 'Delete my account' }).click()
  await page.getByLabel('Current password').fill('not my password')
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByRole('alert')).toContainText('The password is wrong.')
  await page.getByLabel('Current password').fill(person.password)
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  await signInBy(page, person)
  await expect(page.getByRole('alert')).toContainText('The e-mail address or the password is wrong.')
})
