import { expect, it } from 'vitest'
import { filled } from './fill'

it('fills every place, and leaves other braces', () => {
  const values = { code: 'x = {{1}}', 'long name': 'two', 姓名: '李' }
  expect(filled('Look at {{code}} and {{ long name = one\nor more }}', values)).toBe('Look at x = {{1}} and two')
  expect(filled('\\{{code}} { } }} {{姓名=}}', values)).toBe('{{code}} { } }} 李')
})

it('leaves what has no value as it is', () => {
  expect(filled('{{other}}', {})).toBe('{{other}}')
  expect(filled('{{code}}', { code: '' })).toBe('')
  expect(filled('{{code}}', { code: '$&' })).toBe('$&')
})
