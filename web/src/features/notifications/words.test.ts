import i18next from 'i18next'
import { describe, expect, it } from 'vitest'
import zh from '@/locales/zh/notifications.json'
import { noticeWords } from './words'

describe('what a notification says', () => {
  it('is in the language of the page where its kind is known, else as the server said it', async () => {
    const chinese = i18next.createInstance()
    await chinese.init({ lng: 'zh', resources: { zh: { notifications: zh } } })
    const changed = { kind: 'user.password_changed', title: 'Your password was changed', body: 'Your other devices…' }
    expect(noticeWords(chinese, changed)).toEqual(zh.kinds.user.password_changed)
    const firing = { kind: 'alert.firing', title: '[firing] Too slow', body: 'p95 is 3 s' }
    expect(noticeWords(chinese, firing)).toEqual({ title: firing.title, body: firing.body })
  })
})
