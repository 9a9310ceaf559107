import { expect, it } from 'vitest'
import { languageOf } from './languages'

it.each([
  ['src/app.py', 'python'],
  ['README.MD', 'markdown'],
  ['a.b.tsx', 'typescript'],
  ['deploy/Dockerfile', 'dockerfile'],
  ['.bashrc', 'shell'],
  ['data.constructor', 'plaintext'],
  ['py', 'plaintext'],
  ['', 'plaintext'],
])('%s is %s', (path, language) => {
  expect(languageOf(path)).toBe(language)
})
