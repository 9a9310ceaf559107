import { expect, it } from 'vitest'
import { saidIn } from './reason'

it('keeps what the other side said of a reason that is worded here', () => {
  expect(saidIn('status', 'The address answered 503.')).toBe('503')
  expect(saidIn('robot_refused', 'The robot refused the message (19001): bad key')).toBe('(19001): bad key')
  expect(saidIn('timeout', 'There was no answer within 10 seconds.')).toBe('')
  expect(saidIn(null, 'Something from before.')).toBe('')
})
