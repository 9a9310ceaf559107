import { describe, expect, it } from 'vitest'
import { growth, labelOf, outcomes } from './points'

const point = { at: '2026-03-01T00:00:00Z', input_tokens: 0, output_tokens: 0, mean_seconds: null, cost_nano: 0 }

describe('the dashboard', () => {
  it('parts calls into answered, failed and refused', () => {
    expect(outcomes([{ ...point, calls: 10, errors: 2, refused: 1 }])).toEqual({
      answered: [7],
      failed: [2],
      refused: [1],
    })
  })

  it('names a day as the server counts it, whatever the reader’s clock', () => {
    expect(labelOf('2026-03-01T00:00:00Z', 86_400, 'en')).toBe('Mar 1')
  })

  it('knows no growth where there was nothing before', () => {
    expect([growth(12, 10), growth(5, 10), growth(5, 0)]).toEqual([0.2, -0.5, null])
  })
})
