/** Which language a file is in, by its name alone. Pure. */

/** The editor's languages by the end of a file's name; what is not here is plain text. */
const ENDINGS: Record<string, string> = {
  bash: 'shell',
  c: 'cpp',
  cc: 'cpp',
  cfg: 'ini',
  cjs: 'javascript',
  conf: 'ini',
  cpp: 'cpp',
  cs: 'csharp',
  css: 'css',
  cts: 'typescript',
  dart: 'dart',
  env: 'ini',
  go: 'go',
  gql: 'graphql',
  graphql: 'graphql',
  h: 'cpp',
  hcl: 'hcl',
  hpp: 'cpp',
  htm: 'html',
  html: 'html',
  ini: 'ini',
  ipynb: 'json',
  java: 'java',
  js: 'javascript',
  json: 'json',
  jsonc: 'json',
  jsonl: 'json',
  jsx: 'javascript',
  kt: 'kotlin',
  kts: 'kotlin',
  less: 'less',
  lua: 'lua',
  markdown: 'markdown',
  md: 'markdown',
  mdx: 'markdown',
  mjs: 'javascript',
  mts: 'typescript',
  php: 'php',
  pl: 'perl',
  properties: 'ini',
  proto: 'proto',
  ps1: 'powershell',
  py: 'python',
  pyi: 'python',
  r: 'r',
  rb: 'ruby',
  rs: 'rust',
  scala: 'scala',
  scss: 'scss',
  sh: 'shell',
  sql: 'sql',
  svg: 'xml',
  swift: 'swift',
  tf: 'hcl',
  toml: 'ini',
  ts: 'typescript',
  tsx: 'typescript',
  vue: 'html',
  xml: 'xml',
  yaml: 'yaml',
  yml: 'yaml',
  zsh: 'shell',
}

const NAMES: Record<string, string> = {
  '.bashrc': 'shell',
  '.gitconfig': 'ini',
  '.profile': 'shell',
  dockerfile: 'dockerfile',
  gemfile: 'ruby',
  makefile: 'shell',
  rakefile: 'ruby',
}

export function languageOf(path: string): string {
  const name = (path.split('/').at(-1) ?? '').toLowerCase()
  const ending = name.includes('.') ? (name.split('.').at(-1) ?? '') : ''
  return own(NAMES, name) ?? own(ENDINGS, ending) ?? 'plaintext'
}

function own(table: Record<string, string>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
