import { createInstance } from 'i18next'
import { expect, test } from 'vitest'
import en from '@/locales/en/errors.json'
import zh from '@/locales/zh/errors.json'
import { whyEnded } from './whyEnded'

const CALLS = {
  code: 'turn_call_limit',
  message: 'The answer was stopped after 2 model calls, as many as one may take.',
}
const COST = { code: 'turn_cost_limit', message: 'The answer was stopped at the amount that one may cost.' }

async function speaking(lng: 'en' | 'zh') {
  const i18n = createInstance({ lng, resources: { en: { errors: en }, zh: { errors: zh } } })
  await i18n.init()
  return i18n
}

test('a limit is told in Chinese alone, and says which one it was', async () => {
  const i18n = await speaking('zh')
  const told = [CALLS, COST].map((error) => whyEnded(i18n, error))
  expect(told.map((lines) => lines.length)).toEqual([1, 1])
  expect(told[0]).not.toEqual(told[1])
  expect(told.flat().join('')).not.toContain('The answer')
})

test('in English the server names the number, and of other failures it says more below our words', async () => {
  const i18n = await speaking('en')
  expect(whyEnded(i18n, CALLS)).toEqual([CALLS.message])
  expect(whyEnded(i18n, { code: 'upstream_error', message: 'It said no.' })).toEqual([en.upstream_error, 'It said no.'])
})
