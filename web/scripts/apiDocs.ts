import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js']

/** Puts Swagger UI beside `public/docs`, so that the API's documentation comes from our own origin. */
export function apiDocs(): Plugin {
  const require = createRequire(import.meta.url)
  return {
    name: 'guildhall-api-docs',
    apply: 'build',
    generateBundle() {
      for (const file of FILES) {
        const source = readFileSync(require.resolve(`swagger-ui-dist/${file}`))
        this.emitFile({ type: 'asset', fileName: `docs/${file}`, source })
      }
    },
  }
}
