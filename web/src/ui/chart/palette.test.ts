import { expect, it } from 'vitest'
import { palette } from './palette'

function luminance(hex: string): number {
  const channel = (from: number) => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

it.each(palette)('%s can be told from both pages', (colour) => {
  expect(contrast(colour, '#ffffff')).toBeGreaterThan(3)
  expect(contrast(colour, '#15171a')).toBeGreaterThan(3)
})
