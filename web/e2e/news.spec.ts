import { configure, signedInTo } from './people.ts'
import { enter, expect, newMember, type Page, test } from './test.ts'

const bell = (page: Page) => page.getByRole('button', { name: /^Notifications/ })

test('the bell counts what is new while the page is open; it is read, followed and deleted in the centre', async ({
  admin: page,
  hall,
}) => {
  const ask = await signedInTo(hall.url)
  const channel = await ask('POST', '/operations/alerts/channels', { name: `bell ${Date.now()}`, kind: 'in_app' })
  await page.goto('/chat')
  await bell(page).click()
  const centre = page.getByRole('dialog', { name: 'Notifications' })
  await expect(centre).toBeVisible()
  if (await centre.getByRole('button', { name: 'Mark all as read' }).isVisible()) {
    await centre.getByRole('button', { name: 'Mark all as read' }).click()
  }
  await page.keyboard.press('Escape')
  await expect(bell(page)).toHaveAccessibleName('Notifications')

  const test = () => ask('POST', `/operations/alerts/channels/${channel.id}/test`)
  await test()
  await expect(bell(page)).toHaveAccessibleName('Notifications: 1 to read')
  await page.getByRole('status').getByRole('button', { name: 'Show' }).click()
  const newest = centre.getByRole('listitem').first()
  await expect(newest).toContainText('New:')
  await newest.getByRole('button', { name: /as read$/ }).click()
  await expect(bell(page)).toHaveAccessibleName('Notifications')
  await test()
  await expect(centre.getByText('1 to read')).toBeVisible()
  const rows = await centre.getByRole('listitem').count()
  await newest.getByRole('button', { name: /^Delete/ }).click()
  await expect(centre.getByRole('listitem')).toHaveCount(rows - 1)
  const link = newest.getByRole('link', { name: 'Open' })
  if (await link.isVisible()) {
    const target = await link.getAttribute('href')
    await link.click()
    await expect(page).toHaveURL(new RegExp(`${target}$`))
    await expect(centre).toHaveCount(0)
  }
  await ask('DELETE', `/operations/alerts/channels/${channel.id}`)
})

test('an announcement comes and goes while pages are open; closed once, it stays closed until a new one', async ({
  page,
  hall,
}) => {
  await enter(page, await newMember(hall))
  await page.goto('/chat')
  await expect(page.getByRole('heading', { name: /^Hello/ })).toBeVisible()
  const banner = page.getByRole('region', { name: 'Announcement' })
  await expect(banner).toHaveCount(0)
  const restore = await configure(hall.url, 'announcement', { text: 'Back at noon.', level: 'warning' })
  try {
    await expect(banner).toContainText('Back at noon.')
    await page.getByRole('button', { name: 'Close the announcement' }).click()
    await expect(banner).toHaveCount(0)
    await page.goto('/settings/profile')
    await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible()
    await expect(banner).toHaveCount(0)
    await configure(hall.url, 'announcement', { text: 'Back at one.', level: 'critical' })
    await expect(banner).toContainText('Back at one.')
    await page.context().clearCookies()
    await page.goto('/sign-in')
    await expect(banner).toContainText('Back at one.')
    await enter(page, await newMember(hall))
    await page.goto('/chat')
    await expect(banner).toContainText('Back at one.')
  } finally {
    await restore()
  }
  await expect(banner).toHaveCount(0)
})

test('when something blocks the fast connection the page says so, and news come all the same', async ({
  page,
  hall,
}) => {
  await page.routeWebSocket('**/api/v1/realtime*', (socket) => socket.close())
  await enter(page, await newMember(hall))
  await page.goto('/settings/profile')
  await expect(page.getByText('News arrive by a slower one.')).toBeAttached({ timeout: 60_000 })
  const restore = await configure(hall.url, 'announcement', { text: 'Heard by the slower way.' })
  try {
    await expect(page.getByRole('region', { name: 'Announcement' })).toContainText('Heard by the slower way.')
  } finally {
    await restore()
  }
})
