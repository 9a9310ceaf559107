import { signedInTo, signInBy } from './people.ts'
import { ada, enter, expect, newMember, type Page, test } from './test.ts'

async function work(page: Page, name: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: `Menu of ${name}`, exact: true }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

test('people are found by name, role and state, and the address of the page keeps it', async ({
  admin: page,
  hall,
}) => {
  const person = await newMember(hall)
  await page.goto('/admin/users')
  const table = page.getByRole('table', { name: 'People' })
  await expect(table).toContainText(ada.email)
  await page.getByRole('textbox', { name: 'Search' }).fill(person.email)
  await expect(page).toHaveURL(/search=member-/)
  await expect(table.getByRole('row')).toHaveCount(2)
  await page.reload()
  await expect(table.getByRole('row')).toHaveCount(2)
  await page.getByLabel('Role').selectOption('admin')
  await expect(page.getByText('Nobody found')).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(table).toContainText(ada.email)
  await page.goto('/admin/users?role=admin&state=nonsense')
  await expect(table).toContainText(ada.email)
  await expect(table).not.toContainText(person.email)
})

test('a disabled account is out within seconds, and in again when enabled', async ({ admin: page, browser, hall }) => {
  const person = await newMember(hall)
  const theirs = await browser.newContext({ baseURL: hall.url, locale: 'en-US' })
  const other = await theirs.newPage()
  await enter(other, person)
  await other.goto('/chat')
  await expect(other.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await page.goto(`/admin/users?search=${encodeURIComponent(person.email)}`)
  await work(page, person.name, 'Disable')
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await expect(page.getByRole('row', { name: person.name })).toContainText('Disabled')
  await expect(other).toHaveURL(/\/sign-in/, { timeout: 30_000 })
  await signInBy(other, person)
  await expect(other.getByRole('alert')).toContainText('This account has been disabled.')
  await work(page, person.name, 'Enable')
  await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click()
  await expect(page.getByRole('row', { name: person.name })).toContainText('Active')
  await signInBy(other, person)
  await expect(other.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  await theirs.close()
})

test('a member becomes an admin and back, but the last admin stays one', async ({ admin: page, hall }) => {
  const person = await newMember(hall)
  await page.goto(`/admin/users?search=${encodeURIComponent(person.email)}`)
  const change = async (name: string, role: string) => {
    await work(page, name, 'Change role')
    await page.getByRole('dialog').getByText(role, { exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Save role' }).click()
  }
  await change(person.name, 'Admin')
  await expect(page.getByRole('row', { name: person.name })).toContainText('Admin')
  await change(person.name, 'Member')
  await expect(page.getByRole('row', { name: person.name })).toContainText('Member')
  await page.goto(`/admin/users?search=${encodeURIComponent(ada.email)}`)
  await change(ada.name, 'Member')
  await expect(page.getByRole('alert')).toContainText('This is the last active admin.')
})

test('deleting somebody asks for the address, and takes the account', async ({ admin: page, hall }) => {
  const person = await newMember(hall)
  await page.goto(`/admin/users?search=${encodeURIComponent(person.email)}`)
  await work(page, person.name, 'Delete')
  const button = page.getByRole('dialog').getByRole('button', { name: 'Delete for good' })
  await expect(button).toBeDisabled()
  await page.getByLabel(`Type ${person.email} to confirm`).fill(person.email)
  await button.click()
  await expect(page.getByText('Nobody found')).toBeVisible()
  await expect(signedInTo(hall.url, person).then((ask) => ask('GET', '/me'))).rejects.toThrow(/401/)
})

test('a member does not get to see the people of the hall', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/admin/users')
  await expect(page.getByText('Only an admin of this hall can open this page.')).toBeVisible()
  await expect(page.getByRole('table')).toHaveCount(0)
})
