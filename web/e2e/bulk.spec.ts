import { readFileSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { apiToken, enter, expect, newMember, type Page, type Person, test } from './test.ts'

let person: Person

test.beforeEach(async ({ page, hall }) => {
  person = await newMember(hall)
  await enter(page, person)
})

/** A workspace with these files, open in the browser. */
async function open(page: Page, hall: { url: string }, files: Record<string, string | Buffer>): Promise<string> {
  const ask = await signedInTo(hall.url, person)
  const { id } = await ask('POST', '/workspaces', { name: 'Notes' })
  const headers = { authorization: `Bearer ${await apiToken(page)}`, 'content-type': 'application/octet-stream' }
  for (const [path, content] of Object.entries(files)) {
    const address = `/api/v1/workspaces/${id}/file?path=${encodeURIComponent(path)}`
    const answer = await page.request.put(address, { headers, data: Buffer.from(content) })
    expect(answer.ok(), await answer.text()).toBe(true)
  }
  await page.goto(`/workspaces/${id}`)
  await expect(page.getByRole('heading', { name: 'Notes', exact: true }).first()).toBeAttached()
  return String(id)
}

const FILES = { 'a.md': 'a', 'b.md': 'b', 'c.md': 'c', 'd.md': 'd', 'docs/a.md': 'another' }

function item(page: Page, name: string) {
  return page.getByRole('treeitem', { name, exact: true })
}

function bar(page: Page) {
  return page.getByRole('toolbar', { name: 'Chosen files' })
}

async function expectClean(page: Page, part = 'body'): Promise<void> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  )
  const { violations } = await new AxeBuilder({ page }).include(part).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
}

/** A block of a tar file: what says of a member what it is. */
function header(name: string, kind: '0' | '2', size: number, target = ''): Buffer {
  const block = Buffer.alloc(512)
  block.write(name, 0)
  block.write('0000644\0', 100)
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  block.write('00000000000\0', 136)
  block.write('        ', 148)
  block.write(kind, 156)
  block.write(target, 157)
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

function tarOf(): Buffer {
  const text = Buffer.alloc(512)
  text.write('in it')
  const members = [header('one.txt', '0', 5), text, header('leak', '2', 0, '/etc/passwd')]
  return Buffer.concat([...members, Buffer.alloc(1024)])
}

test('several files are chosen with the mouse, moved by a dialog, and moved back', async ({ page, hall }) => {
  await open(page, hall, FILES)
  await item(page, 'b.md').click({ modifiers: ['ControlOrMeta'] })
  await item(page, 'd.md').click({ modifiers: ['Shift'] })
  await expect(bar(page)).toContainText('3 chosen')
  await item(page, 'c.md').click({ modifiers: ['ControlOrMeta'] })
  await expect(item(page, 'c.md')).toHaveAttribute('aria-selected', 'false')
  await expect(page.getByRole('treeitem', { selected: true })).toHaveText(['b.md', 'd.md'])
  await bar(page).getByRole('button', { name: 'Move…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Move 2 entries' })
  await expect(dialog.getByRole('button', { name: 'Move here' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'docs' }).click()
  await expectClean(page)
  await dialog.getByRole('button', { name: 'Move here' }).click()
  await expect(page.getByText('2 entries are now in docs.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  for (const name of ['b.md', 'd.md']) {
    await expect(page.locator(`[data-path="docs/${name}"]`)).toHaveCount(0)
    await expect(item(page, name)).toHaveAttribute('aria-level', '1')
  }
})

test('several files are dragged together, and one that is in the way is named', async ({ page, hall }) => {
  await open(page, hall, FILES)
  await item(page, 'a.md').click({ modifiers: ['ControlOrMeta'] })
  await item(page, 'b.md').click({ modifiers: ['ControlOrMeta'] })
  await item(page, 'b.md').dragTo(item(page, 'docs'))
  const report = page.getByRole('dialog', { name: '1 entry was not moved' })
  await expect(report.getByRole('listitem')).toContainText(['a.mdThere is something of this name'])
  await expectClean(page)
  await report.getByRole('button', { name: 'Close' }).last().click()
  await expect(page.locator('[data-path="docs/b.md"]')).toBeVisible()
  await expect(page.locator('[data-path="a.md"]')).toBeVisible()
})

test('several files are chosen and deleted by keyboard alone, and another tab follows', async ({
  page,
  hall,
  context,
}) => {
  const id = await open(page, hall, FILES)
  const beside = await context.newPage()
  await beside.goto(`/workspaces/${id}`)
  await expect(item(beside, 'c.md')).toBeVisible()
  await item(page, 'a.md').focus()
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(item(page, 'c.md')).toBeFocused()
  await expect(bar(page)).toContainText('3 chosen')
  await page.keyboard.press('Escape')
  await expect(bar(page)).toHaveCount(0)
  await page.keyboard.press('Control+a')
  await expect(bar(page)).toContainText('5 chosen')
  await page.keyboard.press('Control+Space')
  await expect(bar(page)).toContainText('4 chosen')
  await page.keyboard.press('Home')
  await page.keyboard.press('Delete')
  await expect(page.getByRole('treeitem')).toHaveText(['c.md'])
  await expect(beside.getByRole('treeitem')).toHaveText(['c.md'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('treeitem')).toHaveCount(5)
  await expect(beside.getByRole('treeitem')).toHaveCount(5)
})

test('fingers choose several, and have them as one zip file', async ({ page, hall }) => {
  await page.setViewportSize({ width: 390, height: 780 })
  await open(page, hall, FILES)
  await page.getByRole('button', { name: 'Open menu' }).click()
  await page.getByRole('button', { name: 'Select several' }).click()
  await expect(bar(page)).toContainText('Choose files and folders')
  await item(page, 'docs').click()
  await item(page, 'b.md').click()
  await expect(bar(page)).toContainText('2 chosen')
  await expectClean(page, '[role="tree"]')
  await expectClean(page, '[role="toolbar"]')
  await bar(page).getByRole('button', { name: 'Move…' }).click()
  await expect(page.getByRole('dialog', { name: 'Move 2 entries' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Move 2 entries' })).toHaveCount(0)
  await expect(bar(page)).toContainText('2 chosen')
  const download = page.waitForEvent('download')
  await bar(page).getByRole('button', { name: 'Download as zip' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe('Notes.zip')
  const content = readFileSync(await file.path()).toString('latin1')
  for (const name of ['docs/a.md', 'b.md']) expect(content).toContain(name)
  expect(content).not.toContain('c.md')
  await bar(page).getByRole('button', { name: 'End the selection' }).click()
  await expect(bar(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Select several' }).click()
  await item(page, 'b.md').click()
  await bar(page).getByRole('button', { name: 'Delete' }).click()
  await expect(item(page, 'b.md')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(item(page, 'b.md')).toBeVisible()
})

test('an archive is unpacked next to where it lies, and what was left out is named', async ({ page, hall }) => {
  await open(page, hall, { 'pack.tar': tarOf() })
  await page.getByRole('button', { name: 'Menu of pack.tar' }).click()
  await page.getByRole('menuitem', { name: 'Unpack' }).click()
  const report = page.getByRole('dialog', { name: '1 entry was left out' })
  await expect(report.getByRole('listitem')).toHaveText(['leakIt is a link.'])
  await report.getByRole('button', { name: 'Close' }).last().click()
  await expect(item(page, 'one.txt')).toHaveAttribute('aria-level', '2')
  await expect(item(page, 'leak')).toHaveCount(0)
})
