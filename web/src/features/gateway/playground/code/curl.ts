/** A request as a curl command. Pure. */
import type { ModelRequest } from '../request'

/** The body stands between two marks, where a shell reads no quotes, dollars or backslashes. */
export function curlCode(origin: string, { path, headers, body }: ModelRequest): string {
  const isStream = body.stream === true
  return [
    `curl${isStream ? ' --no-buffer' : ''} ${quoted(origin + path)} \\`,
    '  --header "Authorization: Bearer $GUILDHALL_API_KEY" \\',
    ...Object.entries(headers).map(([name, value]) => `  --header ${quoted(`${name}: ${value}`)} \\`),
    "  --data-binary @- <<'JSON'",
    JSON.stringify(body, null, 2),
    'JSON',
  ].join('\n')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
