import { describe, expect, it } from 'vitest'
import { announcementFrom, timeLeft } from './announcement'

describe('an announcement', () => {
  it('is read from a snapshot, an event or the setup', () => {
    const announcement = { text: 'Back at noon.', level: 'warning', until: null, revision: 4 }
    expect(announcementFrom({ announcement })).toEqual(announcement)
  })

  it('is none when nothing is said', () => {
    for (const body of [null, {}, { announcement: null }, { announcement: { text: '' } }, { announcement: 'x' }]) {
      expect(announcementFrom(body)).toBeNull()
    }
  })

  it('looks like an ordinary one when its level is unknown', () => {
    expect(announcementFrom({ announcement: { text: 'Hi', level: 'purple' } })?.level).toBe('info')
  })

  it('stands until its time, or without one for ever', () => {
    const now = Date.parse('2026-05-04T10:00:00Z')
    expect(timeLeft(null, now)).toBeNull()
    expect(timeLeft('2026-05-04T10:00:05Z', now)).toBe(5000)
    expect(timeLeft('2026-05-04T09:59:59Z', now)).toBe(-1000)
    expect(timeLeft('2027-05-04T10:00:00Z', now)).toBe(86_400_000)
  })
})
