/** What somebody is writing, kept in this browser until it is sent. */
import type { Attached } from '@/api/types'

const PREFIX = 'guildhall.draft.'

/** `place` is a session's id, or "new" for one that does not exist yet. */
export function readDraft(userId: string, place: string): string {
  return localStorage.getItem(`${PREFIX}${userId}.${place}`) ?? ''
}

export function keepDraft(userId: string, place: string, text: string): void {
  const key = `${PREFIX}${userId}.${place}`
  try {
    if (text === '') localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  } catch {
    // A full or forbidden storage must not stop anyone from writing.
  }
}

const MODEL = 'guildhall.model'

/** The model chosen last, when it still exists; else the first there is. */
export function preferredModel(names: string[]): string | null {
  const last = localStorage.getItem(MODEL)
  return last !== null && names.includes(last) ? last : (names[0] ?? null)
}

export function rememberModel(name: string): void {
  localStorage.setItem(MODEL, name)
}

const FILES = 'guildhall.files.'

/** Whether files wait to be sent from this place. */
export function keepsFiles(userId: string, place: string): boolean {
  return localStorage.getItem(`${FILES}${userId}.${place}`) !== null
}

export function readFiles(userId: string, place: string): Attached[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`${FILES}${userId}.${place}`) ?? '[]')
    return Array.isArray(kept) ? kept : []
  } catch {
    return []
  }
}

export function keepFiles(userId: string, place: string, files: Attached[]): void {
  const key = `${FILES}${userId}.${place}`
  try {
    if (files.length === 0) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(files))
  } catch {
    // As above.
  }
}
