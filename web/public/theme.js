// Runs before the first paint, so that a dark page never flashes white. A file of its own: the content security policy forbids inline scripts.
;(() => {
  let chosen = null
  let language = null
  try {
    chosen = localStorage.getItem('guildhall.theme')
    language = localStorage.getItem('guildhall.language')
  } catch {
    // Storage may be switched off; the system's choice is used.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  document.documentElement.lang = language ?? (navigator.language.startsWith('zh') ? 'zh' : 'en')
})()
