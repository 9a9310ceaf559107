/** Languages: one is loaded at the start, the other when it is chosen. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type en from './en'

export type Language = 'en' | 'zh'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    resources: typeof en
  }
}

const KEY = 'guildhall.language'

const loaders = {
  en: () => import('./en'),
  zh: () => import('./zh'),
}

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

export async function chooseLanguage(language: Language): Promise<void> {
  const words = await loaders[language]()
  for (const [namespace, texts] of Object.entries(words.default)) i18next.addResourceBundle(language, namespace, texts)
  localStorage.setItem(KEY, language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
