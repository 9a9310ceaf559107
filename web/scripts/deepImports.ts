import type { Plugin } from 'vite'

/** `import { Button } from 'antd'` → `import Button from 'antd/es/button'`: a barrel would pull the whole library into the entry. */
export function deepImports(): Plugin {
  const barrel = /import\s*\{([^}]+)\}\s*from\s*['"](antd|@ant-design\/icons)['"];?/g
  return {
    name: 'deep-imports',
    // Development serves the barrels, bundled once: rewritten imports would be found one page at a time, each with a reload.
    apply: 'build',
    enforce: 'pre',
    transform(code, id) {
      if (id.includes('node_modules') || !/\.tsx?$/.test(id)) return null
      return code.replace(barrel, (_, names: string, library: string) =>
        names
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '' && !name.startsWith('type '))
          .map((name) => `import ${name} from '${library}/es/${folder(library, name)}';`)
          .join(' '),
      )
    },
  }
}

function folder(library: string, name: string): string {
  if (library !== 'antd') return `icons/${name}`
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
}
