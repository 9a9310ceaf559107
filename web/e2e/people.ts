/** What journeys about people do beside the page: ask the API as somebody, and change the configuration for a while. */
import { ada, type Page, type Person } from './test.ts'

type Json = Record<string, unknown>

/** The API of a hall, as one person. */
export async function signedInTo(url: string, person: Person = ada) {
  const login = await send(url, 'POST', '/auth/login', { email: person.email, password: person.password })
  const token = String(((await login.json()) as Json).access_token)
  return async (method: string, path: string, body?: object): Promise<Json> => {
    const response = await send(url, method, path, body, token)
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return text === '' ? {} : (JSON.parse(text) as Json)
  }
}

function send(url: string, method: string, path: string, body?: object, token?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  return fetch(`${url}/api/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
}

/** Change some fields of a configuration document; the answer puts it back. */
export async function configure(url: string, name: string, change: Json): Promise<() => Promise<void>> {
  const ask = await signedInTo(url)
  const { value, revision } = await ask('GET', `/configuration/${name}`)
  await ask('PUT', `/configuration/${name}`, { revision, value: { ...(value as Json), ...change } })
  return async () => {
    const now = await ask('GET', `/configuration/${name}`)
    await ask('PUT', `/configuration/${name}`, { revision: now.revision, value })
  }
}

/** Through the sign-in page, as people do it. */
export async function signInBy(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail', exact: true }).fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}
