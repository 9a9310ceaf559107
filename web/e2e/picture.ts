import { fileURLToPath } from 'node:url'
import { expect, type Page } from './test.ts'

const FOLDER = fileURLToPath(new URL('../../docs/images', import.meta.url))

/** Write docs/images/<name>.png: the page as it is, at rest. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  await page.mouse.move(0, 0)
  await page.waitForTimeout(250)
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled', caret: 'hide' })
}

/** Have all that follows in Chinese. */
export async function speakChinese(page: Page): Promise<void> {
  await page.goto('/settings/appearance')
  await page.getByText('中文').click()
  await expect(page.getByRole('heading', { name: '外观' })).toBeVisible()
}
