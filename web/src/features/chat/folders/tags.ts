/** The tags of a session while they are chosen. Pure. */

export const MOST_TAGS = 10
export const TAG_LENGTH = 30

/** Tags with what was typed added to them; commas part several, and how a tag is written makes no other one. */
export function withTyped(tags: string[], typed: string): string[] {
  const kept = [...tags]
  for (const one of typed.split(/[,，]/)) {
    const tag = one.trim().replace(/^#+\s*/, '')
    if (tag !== '' && !has(kept, tag)) kept.push(tag)
  }
  return kept
}

export function has(tags: string[], tag: string): boolean {
  return tags.some((one) => one.toLowerCase() === tag.toLowerCase())
}
