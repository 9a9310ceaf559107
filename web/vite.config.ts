import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { apiDocs } from './scripts/apiDocs.ts'
import { deepImports } from './scripts/deepImports.ts'

const server = process.env.GUILDHALL_URL ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [deepImports(), react(), apiDocs()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: '../src/guildhall/static',
    emptyOutDir: true,
    manifest: true,
    // The strict content security policy has no `data:` for scripts and fonts; small files are cheap over one connection.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What every page needs is one piece, what the shell adds another: many small ones weigh more, and each page lists them.
        codeSplitting: {
          groups: [
            {
              name: 'base',
              priority: 3,
              test: /src[\\/](routes[\\/](router|Crashed)|ui[\\/](Toasts|Logo|useTitle|theme[\\/]\w+)|locales[\\/]index|features[\\/]announcement[\\/]lazy)\.tsx?$|@tanstack[\\/]react-router[\\/]|QueryClientProvider\.js$/,
            },
            { name: 'query', priority: 2, test: /@tanstack[\\/](react-query|query-core)[\\/]/ },
            { name: 'shell', priority: 1, test: /src[\\/]routes[\\/]shell[\\/]/ },
            { name: 'icons', test: /@ant-design[\\/]icons(-svg)?[\\/](es|lib)[\\/](icons|asn)[\\/]/, minShareCount: 4 },
            { name: 'controls', test: /src[\\/]ui[\\/](Button|Spinner|Skeleton|ErrorNotice)\.tsx$/ },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': { target: server, ws: true },
      '/v1': { target: server },
      '/docs': { target: server },
      '/openapi.json': { target: server },
    },
  },
  test: { include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.ts'], environment: 'node' },
})
