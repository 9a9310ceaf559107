import { describe, expect, it } from 'vitest'
import { fileName } from './fileName'
import { squareOf } from './picture'
import { tabsFrom } from './tabs'

describe('a picture', () => {
  it('is cut to its middle', () => {
    expect(squareOf(400, 300)).toEqual({ x: 50, y: 0, side: 300 })
    expect(squareOf(300, 300)).toEqual({ x: 0, y: 0, side: 300 })
  })

  it('keeps the upper part of a portrait, where the face is', () => {
    expect(squareOf(300, 400)).toEqual({ x: 0, y: 30, side: 300 })
  })
})

describe('an export', () => {
  const today = new Date('2026-05-04T10:00:00Z')

  it('has the name that the server gave it', () => {
    expect(fileName('attachment; filename="ada.zip"', today)).toBe('ada.zip')
  })

  it('has the day in its name otherwise', () => {
    expect(fileName(null, today)).toBe('guildhall-2026-05-04.json')
    expect(fileName('attachment; filename="../x"', today)).not.toContain('/')
  })
})

describe('the open tabs', () => {
  it('are taken from whatever tells them', () => {
    const tab = { id: 'a', device: 'Firefox on Linux', carrier: 'sse', since: '2026-05-04T10:00:00Z' }
    expect(tabsFrom({ unread: 0, tabs: [tab] })).toEqual([tab])
    expect(tabsFrom({ tabs: [{ ...tab, carrier: 'pigeon', device: null }] })).toEqual([
      { ...tab, carrier: 'websocket', device: '' },
    ])
  })

  it('stay as they are when nothing is said of them', () => {
    expect(tabsFrom({ unread: 2 })).toBeNull()
  })
})
