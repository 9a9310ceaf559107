/** First programs to run with a new key. */

interface Call {
  origin: string
  key: string
  model: string
}

export function curlSnippet({ origin, key, model }: Call): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello!' }] }).replaceAll("'", "'\\''")
  return [
    `curl ${origin}/v1/chat/completions \\`,
    `  -H "Authorization: Bearer ${key}" \\`,
    '  -H "Content-Type: application/json" \\',
    `  -d '${body}'`,
  ].join('\n')
}

export function pythonSnippet({ origin, key, model }: Call): string {
  return [
    'from openai import OpenAI  # pip install openai',
    '',
    `client = OpenAI(base_url="${origin}/v1", api_key="${key}")`,
    'answer = client.chat.completions.create(',
    `    model=${JSON.stringify(model)},`,
    '    messages=[{"role": "user", "content": "Hello!"}],',
    ')',
    'print(answer.choices[0].message.content)',
  ].join('\n')
}

/** For a key that reads or changes what the hall holds, rather than calls models. */
export function apiSnippet({ origin, key }: Omit<Call, 'model'>): string {
  return [`curl ${origin}/api/v1/me \\`, `  -H "Authorization: Bearer ${key}"`].join('\n')
}
