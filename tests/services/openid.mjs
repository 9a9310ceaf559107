// A real OpenID provider on loopback, for the tests: whoever gives a name is that person.
// Usage: node openid.mjs <port>
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(new URL('../../web/package.json', import.meta.url))
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')))
const port = Number(process.argv[2])

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'guildhall',
      client_secret: 'secret-of-the-hall',
      // A native client's loopback address is taken on every port (RFC 8252): halls of the tests choose theirs freely.
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/api/v1/auth/oidc/sso/callback'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => {
      const [name, address] = id.split('|')
      return { sub: `person-${id}`, name, email: address, email_verified: !id.endsWith('|unverified') }
    },
  }),
  cookies: { keys: ['only for tests'] },
})
provider.listen(port, '127.0.0.1', () => console.log('ready'))
