/** Which folders stand open, kept in this browser. */

const KEY = 'guildhall.folders'

export function readOpen(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : []
  } catch {
    return []
  }
}

export function keepOpen(ids: string[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(ids))
  } catch {
    // A full or forbidden storage: the folders stand as they do until the page is left.
  }
}
