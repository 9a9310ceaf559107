import { AxeBuilder } from '@axe-core/playwright'
import type { Locator } from '@playwright/test'
import { test } from './provider.ts'
import { apiToken, enter, expect, newMember, type Page } from './test.ts'

let channels = 0

/** A channel of a name of its own, made beside the page. */
async function newChannel(page: Page, wanted: object): Promise<{ id: string; name: string }> {
  channels += 1
  const data = { name: `Channel ${Date.now()}-${channels}`, kind: 'simulator', models: [], ...wanted }
  const response = await page.request.post('/api/v1/gateway/channels', { headers: await bearer(page), data })
  expect(response.status()).toBe(201)
  return (await response.json()) as { id: string; name: string }
}

async function remove(page: Page, ...all: { id: string }[]): Promise<void> {
  const headers = await bearer(page)
  for (const { id } of all) await page.request.delete(`/api/v1/gateway/channels/${id}`, { headers })
}

async function bearer(page: Page): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await apiToken(page)}` }
}

function rowOf(page: Page, name: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('link', { name, exact: true }) })
}

/** The names of the channels as they stand on the page, of those that are ours. */
async function order(page: Page, ours: { name: string }[]): Promise<string[]> {
  const names = await page.getByRole('listitem').getByRole('heading').getByRole('link').allTextContents()
  return names.filter((name) => ours.some((one) => one.name === name))
}

async function pickFromMenu(page: Page, name: string, entry: string): Promise<void> {
  await page.getByRole('button', { name: `Menu of ${name}`, exact: true }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

async function expectClean(page: Page): Promise<void> {
  await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null))))
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
}

test('a channel is added, tested, switched off, changed and deleted', async ({ admin: page }) => {
  await page.goto('/gateway/channels')
  const ours = rowOf(page, 'Simulator')
  await ours.getByRole('button', { name: 'Test' }).click()
  await expect(ours.getByRole('status')).toContainText(/answered in [\d,]+ ms/)
  await page.reload()
  await expect(ours).toContainText(/Last test: answered in [\d,]+ ms/)

  await page.getByRole('link', { name: 'Add channel' }).click()
  await page.getByRole('radio', { name: 'Simulator' }).check({ force: true })
  await page.getByRole('textbox', { name: 'Name' }).fill('Second simulator')
  await page.getByRole('button', { name: 'Remove simulated-instant' }).click()
  await page.getByRole('button', { name: 'Save channel' }).click()
  const second = rowOf(page, 'Second simulator')
  await expect(second).toBeVisible()
  await expect(second).not.toContainText('simulated-instant')

  await second.getByRole('switch').click()
  await expect(second.getByText('Off', { exact: true })).toBeVisible()

  await second.getByRole('link', { name: 'Second simulator' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Renamed simulator')
  await page.getByRole('button', { name: 'Save channel' }).click()
  const renamed = rowOf(page, 'Renamed simulator')
  await expect(renamed).toBeVisible()

  await pickFromMenu(page, 'Renamed simulator', 'Delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(renamed).toHaveCount(0)
})

test('a provider that cannot be reached is explained before anything is kept', async ({ admin: page }) => {
  await page.goto('/gateway/channels/new')
  await page.getByRole('radio', { name: 'OpenAI-compatible' }).check({ force: true })
  await page.getByRole('textbox', { name: 'Name' }).fill('Nowhere')
  await page.getByRole('textbox', { name: 'Base URL' }).fill('http://127.0.0.1:9/v1')
  await page.getByRole('textbox', { name: 'Models' }).fill('some-model')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByRole('alert')).toContainText('may not be used')
  await expect(page.getByRole('textbox', { name: 'Base URL' })).toBeFocused()
  await page.getByRole('switch', { name: /my own network/ }).click()
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByRole('alert')).toContainText(/Nothing answers at this address/)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Nowhere')).toHaveCount(0)
})

test('what is missing or wrong is said at its field, by the page and by the server', async ({ admin: page }) => {
  await page.goto('/gateway/channels/new')
  await page.getByRole('radio', { name: 'OpenAI', exact: true }).check({ force: true })
  await page.getByRole('textbox', { name: 'Name' }).fill('')
  await page.getByRole('button', { name: 'Save channel' }).click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await expect(page.getByText('This is needed.')).toHaveCount(2)

  await page.getByRole('textbox', { name: 'Name' }).fill('Simulator')
  await page.getByRole('textbox', { name: 'API key' }).fill('sk-something')
  await page.getByRole('button', { name: 'More settings' }).click()
  await page.getByRole('button', { name: /^Limits/ }).click()
  await page.getByRole('textbox', { name: 'Calls at once' }).fill('0')
  await page.getByRole('button', { name: /^Limits/ }).click()
  await expect(page.getByRole('button', { name: /^Limits/ })).toContainText('Something to correct')
  await page.getByRole('button', { name: 'Save channel' }).click()
  await expect(page.getByRole('textbox', { name: 'Calls at once' })).toBeFocused()
  await page.getByRole('textbox', { name: 'Calls at once' }).fill('4')

  await page.getByRole('button', { name: /^Headers/ }).click()
  await page.getByRole('button', { name: 'Add a header' }).click()
  await page.getByRole('textbox', { name: 'Name of the header' }).fill('Cookie')
  await page.getByRole('textbox', { name: 'Value of Cookie' }).fill('crumbs')
  await page.getByRole('button', { name: 'Save channel' }).click()
  await expect(page.getByRole('textbox', { name: 'Name of the header' })).toBeFocused()
  await expect(page.getByRole('listitem').filter({ hasText: 'is written by the gateway itself' }).first()).toBeVisible()
  await page.getByRole('button', { name: 'Remove Cookie' }).click()

  await page.getByRole('button', { name: 'Save channel' }).click()
  await expect(page.getByRole('alert')).toContainText('already a channel with this name')
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await expectClean(page)
})

test('of two keys the refused one is left out, says why, and is switched on again', async ({
  admin: page,
  provider,
}) => {
  provider.refused.add('the-key-they-refuse')
  const model = `two-keys-${Date.now()}`
  const channel = await newChannel(page, {
    kind: 'custom',
    base_url: provider.url,
    private: true,
    api_key: 'the-key-they-accept',
    models: [{ name: model }],
  })
  await page.goto(`/gateway/channels/${channel.id}`)
  await page.getByRole('textbox', { name: 'Another key' }).fill('the-key-they-refuse')
  await page.keyboard.press('Enter')
  const keys = page.getByRole('group', { name: 'Keys' }).getByRole('listitem')
  await expect(keys).toHaveCount(2)
  await expect(keys.nth(1)).toContainText('…fuse')
  await expect(page.getByRole('textbox', { name: 'Another key' })).toHaveValue('')

  const call = async () => {
    const data = { model, messages: [{ role: 'user', content: 'Hello' }] }
    return await page.request.post('/v1/chat/completions', { headers: await bearer(page), data })
  }
  const triedRefused = () => provider.asked.some(({ headers }) => headers.authorization?.endsWith('refuse'))
  await expect(async () => {
    expect((await call()).status()).toBe(200)
    expect(triedRefused()).toBe(true)
  }).toPass()

  await page.goto('/gateway/channels')
  await expect(async () => {
    await page.reload()
    await expect(rowOf(page, channel.name)).toContainText('1 of 2 keys refused', { timeout: 1_000 })
  }).toPass()
  await rowOf(page, channel.name).getByRole('link').click()
  await expect(keys.nth(1)).toContainText('The provider refused the key. No such account.')
  await expectClean(page)
  await keys.nth(1).getByRole('button', { name: 'Switch on again: key 2' }).click()
  await expect(keys.nth(1)).not.toContainText('refused')

  await keys.nth(1).getByRole('button', { name: 'Remove key 2' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(keys).toHaveCount(1)
  await remove(page, channel)
})

test('a channel whose only key is refused says so in the list and can be switched on again', async ({
  admin: page,
  provider,
}) => {
  provider.refused.add('the-key-they-refuse')
  const model = `one-key-${Date.now()}`
  const channel = await newChannel(page, {
    kind: 'custom',
    base_url: provider.url,
    private: true,
    api_key: 'the-key-they-refuse',
    models: [{ name: model }],
  })
  const data = { model, messages: [{ role: 'user', content: 'Hello' }] }
  await page.request.post('/v1/chat/completions', { headers: await bearer(page), data })
  await page.goto('/gateway/channels')
  const row = rowOf(page, channel.name)
  await expect(async () => {
    await page.reload()
    await expect(row).toContainText('its key was refused', { timeout: 1_000 })
  }).toPass()
  await expect(row).toContainText('No such account.')
  await expectClean(page)
  await row.getByRole('button', { name: 'Switch on again' }).click()
  await expect(row).not.toContainText('refused')
  await remove(page, channel)
})

test('a channel is cloned with its keys, switched off', async ({ admin: page }) => {
  const channel = await newChannel(page, {
    api_key: 'a-long-enough-key',
    models: [{ name: 'copied', upstream_model: 'simulated-instant' }],
    weight: 3,
    priority: -5,
  })
  await page.goto('/gateway/channels')
  await pickFromMenu(page, channel.name, 'Clone')
  const copy = rowOf(page, `${channel.name} (2)`)
  await expect(copy).toContainText('Off')
  await expect(copy).toContainText('key ends in -key')
  await expect(copy).toContainText('Priority -5')
  await expect(copy).toContainText('Weight 3')
  await page.getByRole('status').getByRole('button', { name: 'Edit' }).click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue(`${channel.name} (2)`)
  await expect(page.getByRole('button', { name: 'Change the names of copied' })).toContainText('simulated-instant')
  await remove(page, channel, { id: page.url().split('/').at(-1) ?? '' })
})

test('channels are put in order by keyboard and by dragging', async ({ admin: page }) => {
  const ours = [await newChannel(page, {}), await newChannel(page, {}), await newChannel(page, {})]
  const [a, b, c] = ours.map(({ name }) => name) as [string, string, string]
  await page.goto('/gateway/channels')
  await expect(rowOf(page, c)).toBeVisible()
  expect(await order(page, ours)).toEqual([a, b, c])

  const menu = page.getByRole('button', { name: `Menu of ${a}`, exact: true })
  await menu.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Move down' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => order(page, ours)).toEqual([b, a, c])
  await expect(menu).toBeFocused()
  await expect(page.getByText(new RegExp(`${a} is now \\d+ of \\d+`))).toHaveCount(1)

  const grip = rowOf(page, c).getByTestId('grip')
  await grip.scrollIntoViewIfNeeded()
  const from = await grip.boundingBox()
  const to = await rowOf(page, b).boundingBox()
  if (!from || !to) throw new Error('nothing to drag')
  const stored = page.waitForResponse((response) => response.url().endsWith('/channels/order'))
  await page.mouse.move(from.x + 10, from.y + 10)
  await page.mouse.down()
  await page.mouse.move(from.x + 10, to.y + 40, { steps: 8 })
  await page.mouse.move(from.x + 10, to.y + 4, { steps: 4 })
  await page.mouse.up()
  await expect.poll(() => order(page, ours)).toEqual([c, b, a])
  expect((await stored).status()).toBe(204)
  await page.reload()
  await expect(rowOf(page, c)).toBeVisible()
  expect(await order(page, ours)).toEqual([c, b, a])

  const back = await grip.boundingBox()
  await page.mouse.move((back?.x ?? 0) + 10, (back?.y ?? 0) + 10)
  await page.mouse.down()
  await page.mouse.move((back?.x ?? 0) + 10, (back?.y ?? 0) + 300, { steps: 6 })
  await page.keyboard.press('Escape')
  await page.mouse.up()
  expect(await order(page, ours)).toEqual([c, b, a])
  await remove(page, ...ours)
})

test('headers, parameters, names and time-outs survive a save and reach the provider', async ({
  admin: page,
  provider,
}) => {
  const name = `In full ${Date.now()}`
  await page.goto('/gateway/channels/new')
  await page.getByRole('radio', { name: 'OpenAI-compatible' }).check({ force: true })
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('textbox', { name: 'Base URL' }).fill(provider.url)
  await page.getByRole('textbox', { name: 'API key' }).fill('a-long-enough-key')
  await page.getByRole('switch', { name: /my own network/ }).click()
  await page.getByRole('textbox', { name: 'Models' }).fill('plain')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Change the names of plain' }).click()
  await page.getByRole('textbox', { name: 'Name at the provider' }).fill('theirs:error=1')
  await page.keyboard.press('Enter')

  await page.getByRole('button', { name: 'More settings' }).click()
  await page.getByRole('button', { name: /^Patience/ }).click()
  await expect(page.getByRole('textbox', { name: 'To connect' })).toHaveAttribute('placeholder', '5')
  await page.getByRole('textbox', { name: 'To the first word' }).fill('300')
  await page.getByRole('button', { name: /^Headers/ }).click()
  await page.getByRole('button', { name: 'Add a header' }).click()
  await page.keyboard.type('X-Team')
  await page.getByRole('textbox', { name: 'Value of X-Team' }).fill('guild')
  await page.getByRole('button', { name: /^Parameters/ }).click()
  const parameters = page.getByRole('textbox', { name: 'Parameters as JSON' })
  await parameters.fill('{\n  "seed": 7,\n  oops\n}')
  await expect(page.getByText('look at line 3')).toBeVisible()
  await parameters.fill('{"seed": 7, "user": null}')
  await expectClean(page)
  await page.getByRole('button', { name: 'Test' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Hello from here.' })).toBeVisible()
  await page.getByRole('button', { name: 'Save channel' }).click()

  await rowOf(page, name).getByRole('link').click()
  await expect(page.getByRole('button', { name: /^Patience/ })).toContainText('1 set')
  await page.getByRole('button', { name: /^Headers/ }).click()
  await expect(page.getByText('x-team')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Value of x-team' })).toHaveValue('')
  await page.getByRole('button', { name: 'Add a header' }).click()
  await page.keyboard.type('X-App')
  await page.getByRole('textbox', { name: 'Value of X-App' }).fill('hall')
  await page.getByRole('button', { name: /^Parameters/ }).click()
  await expect(parameters).toHaveValue('{\n  "seed": 7,\n  "user": null\n}')
  await page.getByRole('button', { name: 'Save and test' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Hello from here.' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Test', exact: true })).toBeVisible()
  const asked = provider.asked.at(-1)
  expect(asked?.headers).toMatchObject({
    'x-team': 'guild',
    'x-app': 'hall',
    authorization: 'Bearer a-long-enough-key',
  })
  expect(asked?.body).toMatchObject({ model: 'theirs:error=1', seed: 7 })

  await page.getByRole('button', { name: 'Save channel' }).click()
  await pickFromMenu(page, name, 'Delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(rowOf(page, name)).toHaveCount(0)
})

test('a member sees no gateway, and is told so at its address', async ({ page, hall }) => {
  await enter(page, await newMember(hall))
  await page.goto('/gateway/channels')
  await expect(page.getByRole('heading', { name: 'For admins' })).toBeVisible()
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 780 }, hasTouch: true })

  test('a channel is edited within the width, every section open', async ({ admin: page }) => {
    const channel = await newChannel(page, {
      api_key: 'a-long-enough-key',
      models: [{ name: 'a-model-with-a-name-that-goes-on-and-on-and-on', upstream_model: 'simulated-instant' }],
      headers: { 'x-a-header-with-a-very-long-name-for-a-phone': 'yes' },
      parameters: { temperature: 0.2 },
    })
    await page.goto('/gateway/channels')
    await pickFromMenu(page, channel.name, 'Edit')
    for (const section of ['Share', 'Limits', 'Patience', 'Headers', 'Parameters']) {
      await page.getByRole('button', { name: new RegExp(`^${section}`) }).click()
    }
    await page.getByRole('button', { name: /^Change the names of/ }).click()
    await expect(page.getByRole('textbox', { name: 'Name here' })).toBeFocused()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await expectClean(page)
    await page.getByRole('textbox', { name: 'Weight' }).fill('7')
    await page.getByRole('button', { name: 'Save channel' }).click()
    await expect(rowOf(page, channel.name)).toContainText('Weight 7')
    await remove(page, channel)
  })
})
