import { Buffer } from 'node:buffer'
import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { answers, apiToken, enter, expect, newMember, type Page, type Person, pickModel, test } from './test.ts'

/** 24 by 16 pixels of one colour. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAABgAAAAQCAIAAACDRijCAAAAHUlEQVR4nGM0OHOCgRqAiSqmjBo0atCoQaMGDQqDABcfAZlSm9tsAAAAAElFTkSuQmCC',
  'base64',
)

const strip = (page: Page) => page.getByRole('region', { name: 'Attached files' })
const box = (page: Page) => page.getByRole('textbox', { name: 'Message' })
const asked = (page: Page) => page.locator('article[data-role="user"]')

let person: Person

test.beforeEach(async ({ page, hall }) => {
  person = await newMember(hall)
  await enter(page, person)
})

async function choose(page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  await page.locator('input[type="file"]').setInputFiles(files)
}

/** As the browser does when somebody pastes, or drops on the conversation. */
async function give(page: Page, how: 'paste' | 'drop', name: string, type: string, content: Buffer): Promise<void> {
  await box(page).evaluate(
    (element, { how, name, type, bytes }) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([new Uint8Array(bytes)], name, { type }))
      if (how === 'paste') {
        element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }))
        return
      }
      for (const kind of ['dragenter', 'dragover', 'drop']) {
        element.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }))
      }
    },
    { how, name, type, bytes: [...content] },
  )
}

/** Requests there wait from now on; gives what lets them go. */
async function heldBack(page: Page, address: string): Promise<() => void> {
  let letGo = () => {}
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await page.route(address, async (route) => {
    await gate
    await route.continue()
  })
  return letGo
}

async function expectClean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
}

test('files are chosen, pasted and dropped, survive a reload, and reach the model', async ({ page }) => {
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await choose(
    page,
    { name: 'hall.png', mimeType: 'image/png', buffer: PNG },
    { name: 'wrong.txt', mimeType: 'text/plain', buffer: Buffer.from('Not this one.') },
  )
  await give(page, 'paste', 'pasted.png', 'image/png', PNG)
  await give(page, 'drop', 'notes.md', 'text/markdown', Buffer.from('The hall is made of oak.'))
  await expect(strip(page).getByRole('listitem')).toHaveCount(4)
  await page.getByRole('button', { name: 'Remove wrong.txt' }).click()
  await expect(strip(page).getByRole('listitem')).toHaveCount(3)
  await expect(strip(page).locator('[data-state="here"]')).toHaveCount(3)
  await expectClean(page)
  await box(page).fill('What is this?')
  await page.reload()
  await expect(box(page)).toHaveValue('What is this?')
  await expect(strip(page).locator('[data-state="here"]')).toHaveCount(3)
  await expect(strip(page).locator('img')).toHaveCount(2)

  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  await expect(answers(page)).toContainText('Pictures shown: 2.')
  await expect(strip(page)).toHaveCount(0)
  await page.reload()
  await expect(answers(page)).toContainText('Pictures shown: 2.')
  await asked(page).scrollIntoViewIfNeeded() // pictures are fetched when they come into sight
  await expect(asked(page).getByRole('img')).toHaveCount(2)
  const saved = page.waitForEvent('download')
  await asked(page).getByRole('button', { name: 'Download notes.md' }).click()
  expect((await saved).suggestedFilename()).toBe('notes.md')
  await asked(page).getByRole('img', { name: 'Open hall.png' }).click()
  await expect(page.getByRole('dialog', { name: 'hall.png' }).getByRole('img', { name: 'hall.png' })).toBeVisible()
  await expectClean(page)
})

test('what cannot be sent is explained, and a temporary chat takes no files', async ({ page }) => {
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  await choose(page, { name: 'report.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n\x01\x02') })
  await expect(strip(page).locator('[data-state="here"]')).toHaveCount(1)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText('needs a workspace')
  await page.getByRole('button', { name: 'Remove report.pdf' }).click()
  await choose(page, { name: 'large.bin', mimeType: 'text/plain', buffer: Buffer.alloc(20 * 1024 * 1024 + 1) })
  await expect(strip(page).getByRole('alert')).toContainText('too large')
  await page.getByRole('button', { name: 'Remove large.bin' }).click()
  const many = Array.from({ length: 21 }, (_, number) => `${number}.txt`)
  await choose(page, ...many.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })))
  await expect(page.getByRole('status').filter({ hasText: '1 file was left out' })).toBeVisible()

  await page.goto('/chat/temporary')
  await give(page, 'drop', 'notes.md', 'text/markdown', Buffer.from('Not kept.'))
  await expect(page.getByText('Files can’t be attached in a temporary chat')).toBeVisible()
})

test('@ names files of the workspace, by keyboard alone', async ({ page, hall }) => {
  const ask = await signedInTo(hall.url, person)
  const workspace = await ask('POST', '/workspaces', { name: 'Bakery' })
  const headers = { authorization: `Bearer ${await apiToken(page)}`, 'content-type': 'application/octet-stream' }
  for (const path of ['recipes/bread.md', 'recipes/rye bread.md', 'flour.txt']) {
    const address = `/api/v1/workspaces/${workspace.id}/file?path=${encodeURIComponent(path)}`
    expect((await page.request.put(address, { headers, data: Buffer.from('Rise.') })).ok()).toBe(true)
  }
  const body = { model: 'simulated-instant', workspace_id: workspace.id }
  const session = await ask('POST', '/chat/sessions', body)
  await page.goto(`/chat/${session.id}`)
  await box(page).pressSequentially('Bake @')
  const menu = page.getByRole('listbox', { name: 'Files of the workspace' })
  await expect(menu.getByRole('option', { name: 'flour.txt' })).toBeVisible()
  await box(page).pressSequentially('bread')
  await expect(menu.getByRole('option')).toHaveCount(2)
  await expectClean(page)
  await box(page).press('ArrowDown')
  const chosen = await menu.locator('[aria-selected="true"]').innerText()
  await box(page).press('Enter')
  await expect(menu).toHaveCount(0)
  const said = chosen.includes(' ') ? `@"${chosen}"` : `@${chosen}`
  await expect(box(page)).toHaveValue(`Bake ${said} `)
  await box(page).press('Enter')
  await expect(asked(page)).toContainText(`Bake ${said}`)
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
})

test('a message that is sent in the moment in which its file was chosen takes it along', async ({ page }) => {
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  const letGo = await heldBack(page, '**/api/v1/chat/attachments/limits')
  await choose(page, { name: 'quick.md', mimeType: 'text/markdown', buffer: Buffer.from('Quick.') })
  await box(page).fill('Read it')
  await box(page).press('Enter')
  await page.waitForTimeout(500)
  await expect(page).toHaveURL(/\/chat$/)
  letGo()
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  await expect(asked(page).getByRole('button', { name: 'Download quick.md' })).toBeVisible()
})

test('a message that is sent before its file has arrived goes when it has, and its edit leaves a file out', async ({
  page,
}) => {
  await page.goto('/chat')
  await pickModel(page, 'simulated-instant')
  const letGo = await heldBack(page, '**/api/v1/chat/attachments?name=late.md')
  await choose(
    page,
    { name: 'late.md', mimeType: 'text/markdown', buffer: Buffer.from('Late.') },
    { name: 'other.md', mimeType: 'text/markdown', buffer: Buffer.from('Other.') },
  )
  await box(page).fill('Read them')
  await box(page).press('Enter')
  await expect(strip(page).getByRole('status')).toContainText('sent once its files have arrived')
  await expectClean(page)
  await box(page).press('Escape')
  await expect(strip(page).getByRole('status')).toBeEmpty()
  await box(page).press('Enter')
  await expect(page).toHaveURL(/\/chat$/)
  letGo()
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  await expect(asked(page).getByRole('listitem')).toHaveCount(2)

  await asked(page).hover()
  await page.getByRole('button', { name: 'Edit and send again' }).click()
  await page.getByRole('button', { name: 'Leave out late.md' }).click()
  await expectClean(page)
  await page.getByRole('textbox', { name: 'Edit message' }).press('Enter')
  await expect(page.getByRole('group', { name: 'Version 2 of 2' })).toBeVisible()
  await expect(answers(page)).toHaveAttribute('data-status', 'complete')
  await expect(asked(page).getByRole('listitem')).toHaveCount(1)
  await expect(asked(page).getByRole('button', { name: 'Download other.md' })).toBeVisible()
})
