import { createInstance } from 'i18next'
import { expect, test } from 'vitest'
import { ApiError } from '@/api/errors'
import { errorText } from './errorText'

const i18n = createInstance({
  lng: 'en',
  resources: {
    en: { workspaces: { errors: { file_too_large: 'Too large.', file_too_large_limited: 'At most {{limit}}.' } } },
  },
})
await i18n.init()

test('words of a limit name it where the server tells it', () => {
  const error = new ApiError(413, 'file_too_large', 'The file is too large.', null, { limit_bytes: 2_000_000 })
  expect(errorText(i18n, error)).toBe('At most 2 MB.')
})

test('without the limit they stay general, and a code without words of its own is told as the server did', () => {
  expect(errorText(i18n, new ApiError(413, 'file_too_large', 'x'))).toBe('Too large.')
  expect(errorText(i18n, new ApiError(400, 'new_code', 'It is new.', null, { limit_bytes: 1 }))).toBe('It is new.')
})
