/** A hall of its own for the tests: started on a free port with an empty data folder, stopped and removed afterwards. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const STARTS_WITHIN_MS = 45_000

export interface Hall {
  url: string
  /** Where it keeps its data. */
  folder: string
  stop: () => Promise<void>
  /** Ends the server without a chance to clean up, and starts it again on the same data and port. */
  crashAndRestart: () => Promise<void>
}

/** `settings` are variables for the server. */
export async function startHall(settings: NodeJS.ProcessEnv = {}): Promise<Hall> {
  const folder = await mkdtemp(join(tmpdir(), 'hall-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let server = await serve(folder, port, url, settings)
  return {
    url,
    folder,
    stop: async () => {
      await end(server, 'SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
    crashAndRestart: async () => {
      await end(server, 'SIGKILL')
      server = await serve(folder, port, url, settings)
    },
  }
}

async function serve(folder: string, port: number, url: string, settings: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const command = process.env.GUILDHALL_COMMAND ?? join(REPOSITORY, '.venv/bin/guildhall')
  const server = spawn(command, ['serve'], {
    cwd: folder,
    env: {
      ...process.env,
      ...settings,
      GUILDHALL_DATA_DIR: folder,
      GUILDHALL_HOST: '127.0.0.1',
      GUILDHALL_PORT: String(port),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const keep = (text: Buffer) => {
    said = (said + text.toString()).slice(-8_000)
    if (process.env.SHOW_SERVER) process.stderr.write(text)
  }
  server.stdout?.on('data', keep)
  server.stderr?.on('data', keep)
  const until = Date.now() + STARTS_WITHIN_MS
  while (!(await answers(`${url}/readyz`))) {
    if (server.exitCode !== null || Date.now() > until) {
      server.kill('SIGKILL')
      throw new Error(`The server did not start.\n${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return server
}

async function answers(url: string): Promise<boolean> {
  return await fetch(url).then(
    (response) => response.ok,
    () => false,
  )
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const gone = new Promise((resolve) => server.once('exit', resolve))
  server.kill(signal)
  const patience = setTimeout(() => server.kill('SIGKILL'), 15_000)
  await gone
  clearTimeout(patience)
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
