/** What every journey starts from: a hall, people in it, and a watch over what the pages do. */
import { test as base, expect, type Page } from '@playwright/test'
import { type Hall, startHall } from './hall.ts'

export { expect }

export interface Person {
  name: string
  email: string
  password: string
}

export const ada: Person = { name: 'Ada Admin', email: 'ada@example.org', password: 'correct horse battery' }

interface Worker {
  /** With an admin and the simulator; shared by all tests. */
  hall: { url: string; folder?: string }
  /** Without anything; started for the tests of the first run. */
  emptyHall: Hall
}

interface Each {
  /** Fails the test when a page asks another origin, breaks the content security policy, or throws. */
  watched: undefined
  /** Signed in as the admin of a hall with the simulator. */
  admin: Page
}

let people = 0

export const test = base.extend<Each, Worker>({
  hall: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from the pattern
    async ({}, use) => {
      const given = process.env.GUILDHALL_URL
      const hall = given ? { url: given, stop: async () => undefined } : await startHall()
      await furnish(hall.url)
      await use(hall)
      await hall.stop()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  emptyHall: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from the pattern
    async ({}, use) => {
      const hall = await startHall()
      await use(hall)
      await hall.stop()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: async ({ hall }, use) => use(hall.url),
  watched: [
    async ({ context, baseURL }, use) => {
      const wrong: string[] = []
      context.on('request', (request) => {
        const url = new URL(request.url())
        const own = url.host === new URL(baseURL ?? '').host
        // The browser's own PDF viewer is a page of its own making.
        const inside = ['data:', 'blob:', 'chrome:', 'chrome-extension:'].includes(url.protocol)
        if (!own && !inside) wrong.push(`asked ${request.url()}`)
      })
      context.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) wrong.push(message.text())
      })
      context.on('weberror', (error) => wrong.push(String(error.error())))
      await use(undefined)
      expect(wrong, 'no other origin asked, no policy broken, nothing thrown').toEqual([])
    },
    { auto: true },
  ],
  admin: async ({ page }, use) => {
    await enter(page, ada)
    await use(page)
  },
})

/** The first account and a channel to the simulator. */
export async function furnish(url: string): Promise<void> {
  const signedIn = await post(url, '/api/v1/auth/register', ada)
  const token = signedIn.access_token
  await post(url, '/api/v1/gateway/channels', simulator, String(token))
}

const simulator = {
  name: 'Simulator',
  kind: 'simulator',
  models: ['simulated-chat', 'simulated-reasoner', 'simulated-instant'].map((name) => ({ name })),
}

async function post(url: string, path: string, body: object, token?: string): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Record<string, unknown>
}

/** A member of the hall, made for this test alone. */
export async function newMember(hall: { url: string }): Promise<Person> {
  people += 1
  const person = {
    name: `Member ${people}`,
    email: `member-${Date.now()}-${people}@example.org`,
    password: 'a long password',
  }
  await post(hall.url, '/api/v1/auth/register', person)
  return person
}

/** Sign in as a browser does: the refresh cookie is in the page's context. */
export async function enter(page: Page, person: Person): Promise<void> {
  const { email, password } = person
  const response = await page.request.post('/api/v1/auth/login', { data: { email, password } })
  expect(response.status()).toBe(200)
}

/** The token the cookie brings, for calling the API beside the page. */
export async function apiToken(page: Page): Promise<string> {
  const response = await page.request.post('/api/v1/auth/refresh')
  return ((await response.json()) as { access_token: string }).access_token
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill(text)
  await page.keyboard.press('Enter')
}

export async function pickModel(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Model:/ }).click()
  const whole = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  await page.getByRole('menuitemradio', { name: new RegExp(`^${whole}(?![\\w:.-])`) }).click()
}

export function answers(page: Page) {
  return page.locator('article[data-role="assistant"]')
}

export type { Hall, Page }
