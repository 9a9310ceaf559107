/** The colours of all charts: one palette that stands out on the light and on the dark page alike. */

export const palette = ['#2f78e0', '#12946f', '#b87514', '#cf4a6a', '#8467d6', '#6f7b88'] as const

export function colour(index: number): string {
  return palette[index % palette.length] ?? palette[0]
}
