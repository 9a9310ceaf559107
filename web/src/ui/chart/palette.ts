/** The colours of all charts: one palette that stands out on the light and on the dark page alike. */

export const palette = ['#2f78e0', '#12946f', '#b87514', '#8467d6', '#cf4a6a', '#6f7b88'] as const

/** Colours that mean something, wherever they are. */
const MEANING = { bad: '#cf4a6a', quiet: '#6f7b88' } as const

export type Meaning = keyof typeof MEANING

export function colourOf(index: number, meaning?: Meaning): string {
  return meaning ? MEANING[meaning] : (palette[index % palette.length] ?? palette[0])
}
