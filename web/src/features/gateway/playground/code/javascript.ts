/** A request as a program in JavaScript that needs no package: Node.js 20 or newer, Deno, Bun. Pure. */
import type { Protocol } from '../draft'
import type { ModelRequest } from '../request'
import { scriptLiteral } from './literals'

export function javascriptCode(origin: string, { protocol, path, headers, body }: ModelRequest): string {
  const all = Object.entries(headers).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`)
  return [
    '// Save as ask.mjs and run it with: node ask.mjs',
    `const response = await fetch(${JSON.stringify(origin + path)}, {`,
    "  method: 'POST',",
    '  headers: {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the program that fills it in
    '    authorization: `Bearer ${process.env.GUILDHALL_API_KEY}`,',
    ...all,
    '  },',
    `  body: JSON.stringify(${scriptLiteral(body, 1)}),`,
    '})',
    'if (!response.ok) throw new Error(await response.text())',
    ...(body.stream === true ? streamed(protocol) : WHOLE[protocol]),
    '',
  ].join('\n')
}

const WHOLE: Record<Protocol, string[]> = {
  chat: [
    'const { message } = (await response.json()).choices[0]',
    'console.log(message.content ?? JSON.stringify(message.tool_calls))',
  ],
  responses: [
    'const { output } = await response.json()',
    'for (const item of output) console.log(item.content?.[0]?.text ?? JSON.stringify(item))',
  ],
  messages: [
    'const { content } = await response.json()',
    'for (const block of content) console.log(block.text ?? JSON.stringify(block))',
  ],
}

const WORDS: Record<Protocol, string> = {
  chat: "event.choices?.[0]?.delta?.content ?? ''",
  responses: "event.type === 'response.output_text.delta' ? event.delta : ''",
  messages: "event.delta?.text ?? ''",
}

function streamed(protocol: Protocol): string[] {
  return [
    "let rest = ''",
    'for await (const text of response.body.pipeThrough(new TextDecoderStream())) {',
    "  const lines = (rest + text).split('\\n')",
    '  rest = lines.pop()',
    '  for (const line of lines) {',
    "    if (!line.startsWith('data: ') || line === 'data: [DONE]') continue",
    '    const event = JSON.parse(line.slice(6))',
    `    process.stdout.write(${WORDS[protocol]})`,
    '  }',
    '}',
  ]
}
