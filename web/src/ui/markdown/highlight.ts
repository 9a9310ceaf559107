/** Colours for code: shiki's core with its JavaScript engine; each language is fetched when first met. */
import { createHighlighterCore, type HighlighterCore } from '@shikijs/core'
import { createJavaScriptRegexEngine } from '@shikijs/engine-javascript'

const languages = {
  bash: () => import('@shikijs/langs/bash'),
  c: () => import('@shikijs/langs/c'),
  cpp: () => import('@shikijs/langs/cpp'),
  csharp: () => import('@shikijs/langs/csharp'),
  css: () => import('@shikijs/langs/css'),
  diff: () => import('@shikijs/langs/diff'),
  docker: () => import('@shikijs/langs/docker'),
  go: () => import('@shikijs/langs/go'),
  html: () => import('@shikijs/langs/html'),
  ini: () => import('@shikijs/langs/ini'),
  java: () => import('@shikijs/langs/java'),
  javascript: () => import('@shikijs/langs/javascript'),
  json: () => import('@shikijs/langs/json'),
  jsx: () => import('@shikijs/langs/jsx'),
  kotlin: () => import('@shikijs/langs/kotlin'),
  markdown: () => import('@shikijs/langs/markdown'),
  php: () => import('@shikijs/langs/php'),
  python: () => import('@shikijs/langs/python'),
  ruby: () => import('@shikijs/langs/ruby'),
  rust: () => import('@shikijs/langs/rust'),
  sql: () => import('@shikijs/langs/sql'),
  swift: () => import('@shikijs/langs/swift'),
  toml: () => import('@shikijs/langs/toml'),
  tsx: () => import('@shikijs/langs/tsx'),
  typescript: () => import('@shikijs/langs/typescript'),
  xml: () => import('@shikijs/langs/xml'),
  yaml: () => import('@shikijs/langs/yaml'),
}

const aliases: Record<string, keyof typeof languages> = {
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  console: 'bash',
  'c++': 'cpp',
  'c#': 'csharp',
  cs: 'csharp',
  dockerfile: 'docker',
  golang: 'go',
  js: 'javascript',
  mjs: 'javascript',
  kt: 'kotlin',
  md: 'markdown',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  ts: 'typescript',
  yml: 'yaml',
}

const LIGHT = 'github-light-high-contrast'
const DARK = 'github-dark-high-contrast'

let core: Promise<HighlighterCore> | null = null

interface Piece {
  text: string
  light: string
  dark: string
}

/** Lines of coloured pieces, or null for a language that is not known here. */
export async function highlight(code: string, name: string): Promise<Piece[][] | null> {
  const wanted = name.toLowerCase()
  const language = aliases[wanted] ?? wanted
  if (!isKnown(language)) return null
  core ??= createHighlighterCore({
    engine: createJavaScriptRegexEngine({ forgiving: true }),
    themes: [import('@shikijs/themes/github-light-high-contrast'), import('@shikijs/themes/github-dark-high-contrast')],
    langs: [],
  })
  const highlighter = await core
  await highlighter.loadLanguage(languages[language]())
  const lines = highlighter.codeToTokensWithThemes(code, { lang: language, themes: { light: LIGHT, dark: DARK } })
  return lines.map((line) =>
    line.map((token) => ({
      text: token.content,
      light: token.variants.light?.color ?? 'inherit',
      dark: token.variants.dark?.color ?? 'inherit',
    })),
  )
}

function isKnown(language: string): language is keyof typeof languages {
  return Object.hasOwn(languages, language)
}
