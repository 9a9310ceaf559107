import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from './test.ts'

const PYTHON = fileURLToPath(new URL('../../.venv/bin/python', import.meta.url))

/** As if the newest clean-up had failed in the night. */
function failTheLastCleanUp(folder: string): void {
  const program = `
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=20)
database.execute("""update jobs set state='failed', error='{"code":"disk_full","message":"The disk was full."}'
    where id=(select max(id) from jobs where name='operations.retention')""")
database.commit()
`
  execFileSync(PYTHON, ['-c', program, `${folder}/guildhall.db`])
}

function rows(page: Page) {
  return page.getByRole('table', { name: 'Jobs' }).getByRole('row')
}

test('a schedule is run now, its job is seen with its steps, and its times are changed', async ({ admin: page }) => {
  await page.goto('/admin/jobs/schedules')
  const schedule = page.getByRole('row').filter({ hasText: 'Clean-up of old data' })
  await schedule.getByRole('button', { name: /^Run .* now$/ }).click()
  await page.getByRole('button', { name: 'See the job' }).click()
  await expect(page.getByRole('heading', { name: 'Clean-up of old data' })).toBeVisible()
  await expect(page.locator('dd').filter({ hasText: /^Done$/ })).toBeVisible({ timeout: 30_000 })
  await expect(page.getByText(/^(\d+) of \1$/)).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Steps' })).toBeVisible()

  await page.goto('/admin/jobs/schedules')
  await schedule.getByRole('button', { name: /^Change/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Times (cron)').fill('99 * * * *')
  await expect(dialog.getByText(/not a time that repeats/)).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled()
  await dialog.getByLabel('Times (cron)').fill('15 4 * * 1')
  await dialog.getByLabel('Time zone').fill('Asia/Shanghai')
  await expect(dialog.getByRole('listitem')).toHaveCount(5)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(schedule).toContainText('15 4 * * 1')
  await expect(schedule).toContainText('Asia/Shanghai')
  await schedule.getByRole('switch').click()
  await expect(schedule).toContainText('Not planned')
  await schedule.getByRole('switch').click()
  await expect(schedule).not.toContainText('Not planned')
})

test('failed jobs are found, tried again, resolved and ignored', async ({ admin: page, hall }) => {
  test.skip(!hall.folder, 'needs a hall of its own')
  const runNow = page.getByRole('button', { name: 'Run Clean-up of old data now' })
  for (const [action, note, verdict] of [
    ['Mark as resolved', 'Made room on the disk', 'Resolved'],
    ['Ignore', '', 'Ignored'],
    ['Try again', null, 'Done'],
  ] as const) {
    await page.goto('/admin/jobs/schedules')
    await runNow.click()
    await page.getByRole('button', { name: 'See the job' }).click()
    await expect(page.locator('dd').filter({ hasText: /^Done$/ })).toBeVisible({ timeout: 30_000 })
    failTheLastCleanUp(hall.folder ?? '')
    await page.goto('/admin/jobs?state=unsettled')
    await expect(rows(page)).toHaveCount(2)
    await expect(rows(page).nth(1)).toContainText('The disk was full.')
    await rows(page).nth(1).getByRole('link').click()
    await page.getByRole('button', { name: action }).click()
    const dialog = page.getByRole('dialog')
    if (note !== null) await dialog.getByLabel('Note').fill(note)
    await dialog.getByRole('button', { name: action }).click()
    await expect(page.locator('dd').filter({ hasText: new RegExp(`^${verdict}$`) })).toBeVisible({ timeout: 30_000 })
    await page.goto('/admin/jobs?state=unsettled')
    await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible()
  }
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(page).toHaveURL(/\/admin\/jobs$/)
  await page.getByLabel('Kind').selectOption('operations.retention')
  await expect(page).toHaveURL(/name=operations.retention/)
  await expect(rows(page).nth(1)).toContainText('Clean-up of old data')
})
