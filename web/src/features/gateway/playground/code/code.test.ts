import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { newDraft, newLine, PROTOCOLS } from '../draft'
import type { Json } from '../json'
import { requestOf } from '../request'
import { curlCode } from './curl'
import { javascriptCode } from './javascript'
import { pythonLiteral, scriptLiteral } from './literals'
import { pythonCode } from './python'

// Other programs are started here, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const PYTHON = fileURLToPath(new URL('../../../../../../.venv/bin/python', import.meta.url))

const ODD = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: just what must not be filled in
  'it\'s "quoted" `ticked` $HOME $(id) \\n \\\\ !! %s {x} ${y}',
  'two\nlines\r\n\tand a tab\u0000\u001b\u007f',
  'JSON\nJSON\nEOF',
  '你好，世界 🦊 é \u2028 \u2029 \ufeff',
  '\'\'\'"""</script>#//--',
]
const VALUE: Json = {
  texts: ODD,
  'odd key\'s "name"': null,
  class: true,
  numbers: [0, -1.5, 1e21, 1e-9],
  empty: [{}, [], ''],
  long: { one: 'a'.repeat(80), two: { three: [false] } },
}

/** What a shell sends when the command is run, with a curl that only shows its input. */
function sentBy(command: string): string {
  const shown = 'curl() { printf \'%s\\n\' "$@" >&2; cat; }\n'
  return execFileSync('bash', ['-c', shown + command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, GUILDHALL_API_KEY: 'gh-key' },
  })
}

function asked(protocol: (typeof PROTOCOLS)[number], streamed: boolean) {
  const draft = newDraft()
  const lines = ODD.map((text) => newLine('user', { text }))
  const settings = { ...draft.settings, temperature: '0.2', extra: JSON.stringify({ odd: VALUE }) }
  return requestOf({ ...draft, protocol, streamed, system: ODD[0] ?? '', lines, settings }, 'vendor/model:1')
}

describe('curl', () => {
  it.each(PROTOCOLS)('sends %s as they are, whatever is in them', (protocol) => {
    const request = asked(protocol, true)
    expect(JSON.parse(sentBy(curlCode("http://hall's.example", request)))).toEqual(request.body)
  })

  it('takes the key from the environment and never holds one', () => {
    const code = curlCode('http://hall', asked('messages', true))
    expect(code).toContain('"Authorization: Bearer $GUILDHALL_API_KEY"')
    expect(code).toContain("'anthropic-version: 2023-06-01'")
    expect(code.split('\n')[0]).toBe("curl --no-buffer 'http://hall/v1/messages' \\")
  })
})

describe('literals', () => {
  it('mean the same in JavaScript', () => {
    const read = new Function(`return ${scriptLiteral(VALUE)}`) as () => unknown
    expect(read()).toEqual(VALUE)
    const trap = JSON.parse('{"__proto__": {"a": 1}, "b": 2}') as Json
    const own = (new Function(`return ${scriptLiteral(trap)}`) as () => object)()
    expect(Object.keys(own)).toEqual(['__proto__', 'b'])
  })

  it('mean the same in Python', () => {
    const program = `import json, sys\njson.dump(${pythonLiteral(VALUE)}, sys.stdout)`
    const read = execFileSync(PYTHON, ['-'], { input: program, encoding: 'utf8' })
    expect(JSON.parse(read)).toEqual(VALUE)
  })

  it('are short where they fit in a line, and indented where they do not', () => {
    expect(pythonLiteral([{ role: 'user', content: 'Hi' }], 1)).toBe('[{"role": "user", "content": "Hi"}]')
    expect(scriptLiteral({ a: 'x'.repeat(80), b: null }, 1)).toBe(`{\n    a: "${'x'.repeat(80)}",\n    b: null,\n  }`)
  })
})

describe('programs', () => {
  it.each(PROTOCOLS)('in Python compile for %s', (protocol) => {
    for (const streamed of [true, false]) {
      const code = pythonCode('http://hall', asked(protocol, streamed))
      execFileSync(PYTHON, ['-c', 'import sys; compile(sys.stdin.read(), "ask.py", "exec")'], { input: code })
    }
  })

  it('in Python name what the SDK does not know as an extra', () => {
    const code = pythonCode('http://hall', asked('messages', false))
    expect(code).toContain('Anthropic(base_url="http://hall", api_key=os.environ["GUILDHALL_API_KEY"])')
    expect(code).toMatch(/extra_body=\{\n {8}"temperature": 0.2,/)
    expect(pythonCode('http://hall', asked('chat', false))).toContain('    temperature=0.2,\n')
  })

  it.each(PROTOCOLS)('in JavaScript are read by Node.js for %s', (protocol) => {
    for (const streamed of [true, false]) {
      const code = javascriptCode('http://hall', asked(protocol, streamed))
      execFileSync(process.execPath, ['--input-type=module', '--check', '-'], { input: code })
    }
  })
})
