// Portkey writes to the headers of what fetch gives it, which Node.js 20 forbids: every stream would fail. Copy them.
const original = globalThis.fetch

globalThis.fetch = async (...asked) => {
  const { body, status, statusText, headers } = await original(...asked)
  return new Response(body, { status, statusText, headers: new Headers(headers) })
}
