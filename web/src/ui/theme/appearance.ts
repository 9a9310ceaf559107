/** Light, dark or the system's choice: remembered in this browser, applied to the document. */

export type Appearance = 'light' | 'dark' | 'system'

const KEY = 'guildhall.theme'
const systemDark = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

export function chosenAppearance(): Appearance {
  const stored = localStorage.getItem(KEY)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export function isDark(): boolean {
  const chosen = chosenAppearance()
  return chosen === 'dark' || (chosen === 'system' && systemDark.matches)
}

export function chooseAppearance(appearance: Appearance): void {
  localStorage.setItem(KEY, appearance)
  apply()
}

export function onAppearance(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Follow the system and the other tabs from now on. */
export function watchAppearance(): void {
  systemDark.addEventListener('change', apply)
  addEventListener('storage', (event) => {
    if (event.key === KEY) apply()
  })
  apply()
}

function apply(): void {
  document.documentElement.dataset.theme = isDark() ? 'dark' : 'light'
  for (const listener of listeners) listener()
}
