import { AxeBuilder } from '@axe-core/playwright'
import { signedInTo } from './people.ts'
import { apiToken, enter, expect, newMember, type Page, type Person, test } from './test.ts'

let person: Person

test.beforeEach(async ({ page, hall }) => {
  person = await newMember(hall)
  await enter(page, person)
})

/** A workspace with these files, open in the browser. */
async function open(page: Page, hall: { url: string }, files: Record<string, string>, name = 'Notes'): Promise<string> {
  const ask = await signedInTo(hall.url, person)
  const { id } = await ask('POST', '/workspaces', { name })
  for (const [path, text] of Object.entries(files)) await write(page, String(id), path, text)
  await page.goto(`/workspaces/${id}`)
  await expect(page.getByRole('heading', { name, exact: true }).first()).toBeAttached()
  return String(id)
}

/** As a program does, beside the page. */
async function write(page: Page, id: string, path: string, text: string): Promise<void> {
  const headers = { authorization: `Bearer ${await apiToken(page)}`, 'content-type': 'application/octet-stream' }
  const address = `/api/v1/workspaces/${id}/file?path=${encodeURIComponent(path)}`
  const answer = await page.request.put(address, { headers, data: Buffer.from(text) })
  expect(answer.ok(), await answer.text()).toBe(true)
}

async function read(page: Page, id: string, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  const answer = await page.request.get(`/api/v1/workspaces/${id}/file?path=${encodeURIComponent(path)}`, { headers })
  return ((await answer.json()) as { text: string }).text
}

async function expectClean(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null))),
  )
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
}

function item(page: Page, name: string) {
  return page.getByRole('treeitem', { name, exact: true })
}

function lines(page: Page) {
  return page.locator('.monaco-editor .view-lines').first()
}

/** Type at the end of the text in front. */
async function type(page: Page, text: string): Promise<void> {
  await lines(page).click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(text)
}

test('a workspace is created, renamed, deleted and brought back', async ({ page }) => {
  await page.goto('/workspaces')
  await expect(page.getByRole('heading', { name: 'No workspace yet' })).toBeVisible()
  await page.getByRole('button', { name: 'New workspace' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Reports')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(page).toHaveURL(/\/workspaces\/ws_/)
  await expect(page.getByText('Drop files and folders here')).toBeVisible()
  await page.getByRole('link', { name: 'All workspaces' }).click()
  const cards = page.getByRole('list', { name: 'Workspaces' })
  await page.getByRole('button', { name: 'Menu of Reports' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Yearly reports')
  await page.getByRole('button', { name: 'Rename' }).click()
  await expect(cards.getByRole('link', { name: 'Yearly reports' })).toBeVisible()
  await page.getByRole('button', { name: 'Menu of Yearly reports' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(page.getByRole('heading', { name: 'No workspace yet' })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(cards.getByRole('link', { name: 'Yearly reports' })).toBeVisible()
})

test('a file is made, written, saved, and is there after a reload', async ({ page, hall }) => {
  const id = await open(page, hall, { 'src/app.py': 'print(1)\n' })
  await page.getByRole('button', { name: 'New file' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('docs/plan.md')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await expect(item(page, 'plan.md')).toBeVisible()
  await type(page, '# The plan')
  await expect(page.getByRole('img', { name: 'not saved' })).toBeVisible()
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('img', { name: 'not saved' })).toHaveCount(0)
  expect(await read(page, id, 'docs/plan.md')).toBe('# The plan')
  await page.getByText('Preview', { exact: true }).click()
  await expect(page.getByRole('heading', { name: 'The plan' })).toBeVisible()
  await item(page, 'src').click()
  await item(page, 'app.py').click()
  await expect(lines(page)).toContainText('print(1)')
  await type(page, 'print(2)')
  await page.waitForTimeout(600)
  await page.reload()
  await expect(page.getByRole('tab', { name: /app\.py/ })).toHaveAttribute('aria-selected', 'true')
  await expect(lines(page)).toContainText('print(2)')
  await expect(page.getByRole('img', { name: 'not saved' })).toBeVisible()
  expect(await read(page, id, 'src/app.py')).toBe('print(1)\n')
})

test('the tree is used by keyboard alone', async ({ page, hall }) => {
  await open(page, hall, { 'src/deep/app.py': 'x', 'README.md': 'Hello' })
  await item(page, 'src').focus()
  await page.keyboard.press('ArrowRight')
  await expect(item(page, 'deep')).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await expect(item(page, 'deep')).toBeFocused()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('r')
  await expect(item(page, 'README.md')).toBeFocused()
  await page.keyboard.press('F2')
  await expect(page.getByRole('textbox', { name: 'New name' })).toBeFocused()
  await page.keyboard.type('START')
  await page.keyboard.press('Enter')
  await expect(item(page, 'START.md')).toBeVisible()
  await item(page, 'START.md').focus()
  await page.keyboard.press('Shift+F10')
  await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeFocused()
  await page.keyboard.press('Escape')
  await item(page, 'START.md').focus()
  await page.keyboard.press('Enter')
  await expect(lines(page)).toContainText('Hello')
  await item(page, 'START.md').focus()
  await page.keyboard.press('Delete')
  await expect(item(page, 'START.md')).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(item(page, 'START.md')).toBeVisible()
})

test('a file is dragged into a folder, and stays open', async ({ page, hall }) => {
  await open(page, hall, { 'docs/old.md': 'x', 'note.md': 'Hello' })
  await item(page, 'note.md').click()
  await expect(lines(page)).toContainText('Hello')
  await item(page, 'note.md').dragTo(item(page, 'docs'))
  await expect(page.getByRole('tab', { name: /note\.md/ })).toHaveAttribute('title', 'docs/note.md')
  await expect(item(page, 'docs')).toHaveAttribute('aria-expanded', 'true')
  await expect(item(page, 'note.md')).toHaveAttribute('aria-level', '2')
})

test('what changes elsewhere is shown at once, and nothing unsaved is lost', async ({ page, hall }) => {
  const id = await open(page, hall, { 'a.txt': 'one\ntwo\nthree\n' })
  await item(page, 'a.txt').click()
  await expect(lines(page)).toContainText('three')
  await write(page, id, 'a.txt', 'one\ntwo\nthree\nfour\n')
  await expect(lines(page)).toContainText('four')
  await write(page, id, 'b.txt', 'new')
  await expect(item(page, 'b.txt')).toBeVisible()

  await type(page, 'mine')
  await write(page, id, 'a.txt', 'ONE\ntwo\nthree\nfour\ntheirs\n')
  await expect(page.getByText('This file has been changed elsewhere.')).toBeVisible()
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('heading', { name: 'This file was changed in two places' })).toBeVisible()
  expect(await read(page, id, 'a.txt')).toBe('ONE\ntwo\nthree\nfour\ntheirs\n')
  const together = page.getByRole('button', { name: 'Save both together' })
  await expect(together).toBeDisabled()
  await page.getByRole('region', { name: 'Conflict 1' }).getByText('Both', { exact: true }).click()
  await together.click()
  await expect(page.getByRole('img', { name: 'not saved' })).toHaveCount(0)
  await expect.poll(() => read(page, id, 'a.txt')).toBe('ONE\ntwo\nthree\nfour\nmine\ntheirs\n')
})

test('files and folders are uploaded, also over a line that breaks, and downloaded', async ({
  page,
  context,
  hall,
}) => {
  const id = await open(page, hall, { 'keep.txt': 'old' })
  const chooser = page.locator('input[type="file"][multiple]')
  const big = Buffer.alloc(5 * 1024 * 1024, 'x')
  let sent = 0
  await context.route('**/uploads/*?offset=*', async (route) => {
    sent += 1
    if (sent === 3) await route.abort('connectionreset')
    else await route.continue()
  })
  await chooser.setInputFiles([
    { name: 'big.bin', mimeType: 'application/octet-stream', buffer: big },
    { name: 'keep.txt', mimeType: 'text/plain', buffer: Buffer.from('new') },
  ])
  const uploads = page.getByRole('region', { name: 'Uploads' })
  await expect(uploads.getByText('There is a file with this name already.')).toBeVisible()
  await uploads.getByRole('button', { name: 'Replace it' }).click()
  await expect(uploads.getByText('2 of 2 uploaded')).toBeVisible()
  expect(await read(page, id, 'keep.txt')).toBe('new')
  await uploads.getByRole('button', { name: 'Clear' }).click()
  await expect(uploads).toHaveCount(0)

  const download = page.waitForEvent('download')
  await item(page, 'big.bin').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toBe('big.bin')
  const zip = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Menu of Notes' }).click()
  await page.getByRole('menuitem', { name: 'Download everything as zip' }).click()
  expect((await zip).suggestedFilename()).toBe('Notes.zip')
})

test('an upload can be cancelled, and one that a reload broke goes on', async ({ page, context, hall }) => {
  const id = await open(page, hall, {})
  const chooser = page.locator('input[type="file"][multiple]')
  const file = { name: 'film.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3 * 1024 * 1024, 'y') }
  let passed = 0
  await context.route('**/uploads/*?offset=*', async (route) => {
    passed += 1
    if (passed > 1) await route.abort('connectionreset')
    else await route.continue()
  })
  await chooser.setInputFiles([file])
  await expect(page.getByText('The connection is broken. It goes on by itself.')).toBeVisible()
  await page.reload()
  await expect(page.getByText('The upload of film.bin did not finish.')).toBeVisible()
  await context.unroute('**/uploads/*?offset=*')
  const offsets: string[] = []
  page.on('request', (request) => {
    const offset = new URL(request.url()).searchParams.get('offset')
    if (offset) offsets.push(offset)
  })
  await chooser.setInputFiles([file])
  await expect(item(page, 'film.bin')).toBeVisible()
  expect(offsets[0]).toBe(String(1024 * 1024))

  await context.route('**/uploads/*?offset=*', (route) => route.abort('connectionreset'))
  await chooser.setInputFiles([{ ...file, name: 'other.bin' }])
  await page.getByRole('button', { name: 'Cancel the upload of other.bin' }).click()
  await expect(page.getByRole('button', { name: 'Cancel the upload of other.bin' })).toHaveCount(0)
  const headers = { authorization: `Bearer ${await apiToken(page)}` }
  await expect
    .poll(async () => await (await page.request.get(`/api/v1/workspaces/${id}/uploads`, { headers })).json())
    .toEqual([])
})

test('files are found by what is in them and by name; the trash gives back and forgets', async ({ page, hall }) => {
  await open(page, hall, { 'src/app.py': 'one\nneedle here\n', 'src/other.py': 'Needle\n', 'notes.md': 'nothing' })
  await page.getByText('Search', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Search for' }).fill('needle')
  await expect(page.getByText('2 matches, files: 2.')).toBeVisible()
  await page.getByRole('checkbox', { name: 'Match case' }).check()
  await expect(page.getByText('1 match, files: 1.')).toBeVisible()
  await page.getByRole('button', { name: /needle here/ }).click()
  await expect(page.getByRole('tab', { name: /app\.py/ })).toBeVisible()
  await expect(lines(page)).toContainText('needle here')
  await page.getByText('File names', { exact: true }).click()
  await page.getByRole('textbox', { name: 'Search for' }).fill('notes')
  await expect(page.getByRole('button', { name: /notes\.md/ })).toBeVisible()

  await page.getByText('Files', { exact: true }).last().click()
  await item(page, 'notes.md').focus()
  await page.keyboard.press('Delete')
  await expect(item(page, 'notes.md')).toHaveCount(0)
  await page.getByText('Trash', { exact: true }).click()
  await page.getByRole('button', { name: 'Restore notes.md' }).click()
  await expect(page.getByText('The trash is empty.')).toBeVisible()
  await page.locator('fieldset').getByText('Files', { exact: true }).click()
  await item(page, 'notes.md').focus()
  await page.keyboard.press('Delete')
  await page.getByText('Trash', { exact: true }).click()
  await page.getByRole('button', { name: 'Empty the trash' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Empty the trash' }).click()
  await expect(page.getByText('The trash is empty.')).toBeVisible()
})

test('versions are compared and restored', async ({ page, hall }) => {
  const id = await open(page, hall, { 'a.txt': 'first\n' })
  await write(page, id, 'a.txt', 'second\n')
  await item(page, 'a.txt').click()
  await expect(lines(page)).toContainText('second')
  await page.getByText('History', { exact: true }).click()
  const versions = page.getByRole('list', { name: 'Versions' }).getByRole('button')
  await expect(versions).toHaveCount(2)
  await expect(page.locator('.monaco-diff-editor')).toContainText('second')
  await versions.last().click()
  await page.getByRole('button', { name: 'Restore this version' }).click()
  await expect(versions).toHaveCount(3)
  expect(await read(page, id, 'a.txt')).toBe('first\n')
  await page.getByText('Edit', { exact: true }).click()
  await expect(lines(page)).toContainText('first')
})

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

const PDF = [
  '%PDF-1.1',
  '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 144]>>endobj',
  'trailer<</Root 1 0 R>>',
].join('\n')

test('pictures, tables, notebooks and pages are shown as what they are', async ({ page, hall }) => {
  const notebook = {
    cells: [
      {
        cell_type: 'code',
        source: 'print(42)',
        execution_count: 1,
        outputs: [{ output_type: 'stream', text: 'forty-two' }],
      },
    ],
  }
  const id = await open(page, hall, {
    'table.csv': 'name,age\nAda,36\n',
    'book.ipynb': JSON.stringify(notebook),
    'page.html': '<h1>Own page</h1><script>parent.document.title = "taken"</script>',
  })
  const headers = { authorization: `Bearer ${await apiToken(page)}`, 'content-type': 'application/octet-stream' }
  await page.request.put(`/api/v1/workspaces/${id}/file?path=dot.png`, { headers, data: PIXEL })
  await item(page, 'table.csv').click()
  await expect(page.getByRole('cell', { name: 'Ada' })).toBeVisible()
  await item(page, 'book.ipynb').click()
  await expect(page.getByText('forty-two')).toBeVisible()
  await item(page, 'dot.png').click()
  await expect(page.getByRole('img', { name: 'Preview of dot.png' })).toHaveJSProperty('naturalWidth', 1)
  await write(page, id, 'sheet.pdf', PDF)
  await item(page, 'sheet.pdf').click()
  await expect(page.locator('iframe[title="Preview of sheet.pdf"]')).toHaveAttribute('src', /^blob:/)
  await item(page, 'page.html').click()
  await page.getByText('Preview', { exact: true }).click()
  await expect(page.frameLocator('iframe').getByRole('heading', { name: 'Own page' })).toBeVisible()
  await expect(page).toHaveTitle(/page\.html/)
})

for (const theme of ['light', 'dark'] as const) {
  test(`a workspace is accessible in the ${theme} theme`, async ({ page, hall }) => {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const id = await open(page, hall, {
      'src/app.py': '# a note\ndef one():\n    return "1"\n',
      'table.csv': 'a,b\n1,2\n',
    })
    await write(page, id, 'src/app.py', 'def two():\n    return 2\n')
    await item(page, 'src').click()
    await item(page, 'app.py').click()
    await expect(lines(page)).toContainText('two')
    await expectClean(page)
    for (const [panel, sign] of [
      ['Search', 'Type what should stand in a file.'],
      ['Trash', 'The trash is empty.'],
    ] as const) {
      await page.locator('aside fieldset').getByText(panel, { exact: true }).click()
      await expect(page.getByText(sign)).toBeVisible()
      await expectClean(page)
    }
    await page.getByText('History', { exact: true }).click()
    await expect(page.locator('.monaco-diff-editor')).toContainText('two')
    await expectClean(page)
    await page.getByText('Edit', { exact: true }).click()
    await type(page, 'mine')
    await write(page, id, 'src/app.py', 'theirs')
    await page.getByRole('button', { name: 'Compare' }).click()
    await expect(page.getByRole('heading', { name: 'This file was changed in two places' })).toBeVisible()
    await expectClean(page)
  })
}

test('on a phone the tree is a drawer', async ({ page, hall }) => {
  await page.setViewportSize({ width: 390, height: 780 })
  await open(page, hall, { 'src/app.py': 'print(1)\n' })
  await page.getByRole('button', { name: 'Open menu' }).click()
  await item(page, 'src').click()
  await item(page, 'app.py').click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(lines(page)).toContainText('print(1)')
  await expectClean(page)
})

test('a file is saved by the keyboard from anywhere on its page, also after a reload', async ({ page, hall }) => {
  const id = await open(page, hall, { 'notes.txt': 'flour' })
  await item(page, 'notes.txt').click()
  await type(page, ' and salt')
  await expect(page.getByRole('button', { name: 'Save' })).toBeEnabled()
  await page.reload()
  await expect(lines(page)).toContainText('salt')
  await item(page, 'notes.txt').focus()
  await page.keyboard.press('Control+s')
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
  expect(await read(page, id, 'notes.txt')).toBe('flour and salt')
})

test('on a narrow phone an empty desk leads to the files, and the menu has room for everything', async ({
  page,
  hall,
}) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await open(page, hall, { 'notes.txt': `flour ${'and more '.repeat(40)}` })
  await page.getByRole('button', { name: 'Show files' }).click()
  await expect(item(page, 'notes.txt')).toBeVisible()
  const own = page.getByRole('dialog').getByRole('navigation', { name: 'Main' })
  await expect(own.getByRole('button', { name: /^Account of/ })).toBeInViewport({ ratio: 1 })
  await item(page, 'notes.txt').click()
  await expect(lines(page).locator('.view-line')).not.toHaveCount(1)
})
