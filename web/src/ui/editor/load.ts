/** Fetches the editor when it is first wanted, in the language of the page. */
import i18next from 'i18next'

type Monaco = typeof import('./monaco')['monaco']

let asked: Promise<Monaco> | null = null

export function loadMonaco(): Promise<Monaco> {
  asked ??= fetchMonaco().catch((thrown: unknown) => {
    asked = null
    throw thrown
  })
  return asked
}

/** Its own words are read while it is loaded, so they come first. */
async function fetchMonaco(): Promise<Monaco> {
  if (i18next.language === 'zh') await import('monaco-editor/nls/lang/zh-cn')
  return (await import('./monaco')).monaco
}
