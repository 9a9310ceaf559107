import { describe, expect, it } from 'vitest'
import { fieldsOf, grouped, problemOf, typed, wantedOf } from './fields'

const schema = {
  $defs: { Level: { enum: ['info', 'warning'], type: 'string' } },
  properties: {
    registration: { enum: ['open', 'closed'], type: 'string', title: 'Registration', description: 'Who may register.' },
    guests: { type: 'boolean', title: 'Guests' },
    wrong: { type: 'integer', minimum: 1, maximum: 100, title: 'Wrong' },
    text: { type: 'string', maxLength: 500, title: 'Text' },
    host: { type: 'string', maxLength: 100, title: 'Host' },
    level: { $ref: '#/$defs/Level', description: 'How urgent.' },
    until: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }], title: 'Until' },
    days: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
    admins: { type: 'array', items: { type: 'string' } },
    more: { type: 'object' },
    password: { anyOf: [{ type: 'string', format: 'password' }, { type: 'null' }] },
  },
}

const fields = fieldsOf(schema, { password: true })
const field = (name: string) => {
  const found = fields.find((one) => one.name === name)
  if (!found) throw new Error(name)
  return found
}

describe('the form of a document', () => {
  it('has one control for each field, of the kind the schema asks for', () => {
    expect(fields.map(({ kind }) => kind).join(' ')).toBe(
      'choice switch integer text line choice moment integer list json secret',
    )
  })

  it('knows choices behind a reference, limits, and what may be empty', () => {
    expect(field('level').options).toEqual(['info', 'warning'])
    expect(field('level').description).toBe('How urgent.')
    expect([field('wrong').minimum, field('wrong').maximum]).toEqual([1, 100])
    expect([field('until').optional, field('wrong').optional]).toEqual([true, false])
  })
})

describe('groups', () => {
  it('hold neighbours whose names begin alike, where there is a name for them', () => {
    const fields = ['member_calls', 'member_quota', 'guest_calls', 'other_calls'].map((name) => ({
      ...field('host'),
      name,
    }))
    const found = grouped(fields, (name) => name !== 'other')
    expect(found.map(({ name, fields }) => `${name} ${fields.length}`)).toEqual(['member 2', 'guest 1', 'null 1'])
  })
})

describe('what was typed', () => {
  it('is refused before the server is asked', () => {
    expect(problemOf(field('wrong'), '0')).toEqual({ key: 'tooSmall', limit: 1 })
    expect(problemOf(field('wrong'), '101')).toEqual({ key: 'tooLarge', limit: 100 })
    expect(problemOf(field('wrong'), '1.5')).toEqual({ key: 'integer' })
    expect(problemOf(field('wrong'), 'many')).toEqual({ key: 'number' })
    expect(problemOf(field('wrong'), '')).toEqual({ key: 'required' })
    expect(problemOf(field('days'), '')).toBeNull()
    expect(problemOf(field('more'), '{')).toEqual({ key: 'json' })
    const amount = { ...field('host'), pattern: '^[0-9]+$' }
    expect([problemOf(amount, '1e3'), problemOf(amount, ' 12 ')]).toEqual([{ key: 'pattern' }, null])
    expect(problemOf(field('host'), 'x'.repeat(101))).toEqual({ key: 'tooLong', limit: 100 })
  })

  it('becomes a value of its kind', () => {
    expect(wantedOf(field('wrong'), ' 12 ')).toBe(12)
    expect(wantedOf(field('days'), '')).toBeNull()
    expect(wantedOf(field('text'), '')).toBe('')
    expect(wantedOf(field('admins'), 'a@b.c\n d@e.f,')).toEqual(['a@b.c', 'd@e.f'])
    expect(wantedOf(field('guests'), true)).toBe(true)
  })

  it('is the same moment after going to the control and back', () => {
    const at = '2030-05-01T10:30:00.000Z'
    expect(wantedOf(field('until'), typed(field('until'), at))).toBe(at)
  })

  it('of a secret never shows what is stored', () => {
    expect(typed(field('password'), 'hunter2')).toBe('')
  })
})
