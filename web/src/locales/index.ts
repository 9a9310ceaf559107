/** Languages: one is loaded at the start, the other when it is chosen; some words only with the page that says them. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type en from './en'
import { type LazyNamespace, type LazyResources, lazyWords } from './lazy'

export type { LazyNamespace } from './lazy'
export type Language = 'en' | 'zh'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: typeof en & LazyResources
  }
}

const KEY = 'guildhall.language'

const loaders = {
  en: () => import('./en'),
  zh: () => import('./zh'),
}

const asked = new Set<LazyNamespace>()

/** What was chosen here before, else what the browser asks for. */
function firstLanguage(): Language {
  const stored = localStorage.getItem(KEY)
  if (stored === 'en' || stored === 'zh') return stored
  return navigator.language.startsWith('zh') ? 'zh' : 'en'
}

export async function startLanguages(): Promise<void> {
  const language = firstLanguage()
  const words = await loaders[language]()
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: words.default },
    defaultNS: 'common',
    fallbackNS: 'common',
    interpolation: { escapeValue: false },
  })
  document.documentElement.lang = language
}

/** Have these words before the page that says them is drawn. */
export async function loadWords(...names: LazyNamespace[]): Promise<void> {
  for (const name of names) asked.add(name)
  await addWords(i18next.language === 'zh' ? 'zh' : 'en', names)
}

export async function chooseLanguage(language: Language): Promise<void> {
  const [words] = await Promise.all([loaders[language](), addWords(language, [...asked])])
  for (const [namespace, texts] of Object.entries(words.default)) i18next.addResourceBundle(language, namespace, texts)
  localStorage.setItem(KEY, language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

async function addWords(language: Language, names: LazyNamespace[]): Promise<void> {
  const wanted = names.filter((name) => !i18next.hasResourceBundle(language, name))
  await Promise.all(
    wanted.map(async (name) => {
      i18next.addResourceBundle(language, name, (await lazyWords[language][name]()).default)
    }),
  )
}
