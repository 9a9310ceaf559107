import { describe, expect, it } from 'vitest'
import { answersTo, askedBefore, choose, NOTHING_GIVEN, write } from './given'

const options = ['Red', 'Blue'].map((label) => ({ label, description: '' }))
const one = { text: 'Which colour?', header: '', options, is_multiple: false }
const several = { ...one, is_multiple: true }

describe('where one answer counts', () => {
  it('the last word takes the place of what was chosen or written before', () => {
    const red = choose(one, NOTHING_GIVEN, 'Red')
    expect(answersTo(one, choose(one, red, 'Blue'))).toEqual(['Blue'])
    const green = write(one, red, ' Green ')
    expect(answersTo(one, green)).toEqual(['Green'])
    expect(answersTo(one, choose(one, green, 'Red'))).toEqual(['Red'])
  })

  it('blank words leave what was chosen', () => {
    expect(answersTo(one, write(one, choose(one, NOTHING_GIVEN, 'Red'), '  '))).toEqual(['Red'])
  })
})

it('of several, options are chosen and taken back, beside words of one’s own', () => {
  const both = choose(several, choose(several, NOTHING_GIVEN, 'Blue'), 'Red')
  expect(answersTo(several, write(several, both, 'Green'))).toEqual(['Red', 'Blue', 'Green'])
  expect(answersTo(several, choose(several, both, 'Red'))).toEqual(['Blue'])
  expect(answersTo(several, NOTHING_GIVEN)).toEqual([])
})

describe('what was asked before', () => {
  const questions = [{ question: 'Which colour?' }, { question: 'Where?' }]

  it('is told with its answers', () => {
    const before = askedBefore({ arguments: { questions }, details: { answers: [['Red', 'Blue'], []] } })
    expect(before).toEqual({ items: ['Which colour?', 'Where?'], answers: [['Red', 'Blue'], []] })
  })

  it('has none when nobody answered, and no items when they are not of the form it knows', () => {
    expect(askedBefore({ arguments: { questions }, details: { answers: null } }).answers).toBeNull()
    for (const odd of [{}, { questions: 'Which?' }, { questions: ['Which?', { question: 1 }] }]) {
      expect(askedBefore({ arguments: odd, details: {} })).toEqual({ items: [], answers: null })
    }
  })
})
