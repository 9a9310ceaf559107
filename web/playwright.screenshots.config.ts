import { defineConfig } from '@playwright/test'
import { browserOptions } from './e2e/browser.ts'

/** `npm run screenshots`: pictures for the documentation, of a running hall with the simulator. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: 'screenshots*.ts',
  workers: 1,
  timeout: 120_000,
  reporter: 'line',
  outputDir: 'test-results/screenshots',
  use: browserOptions,
})
