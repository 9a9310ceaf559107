import { describe, expect, it } from 'vitest'
import { asked, possible, UNSETTLED } from './filters'

describe('the filters of the jobs page', () => {
  it('ask for failed jobs that nobody has settled', () => {
    expect(asked({ state: UNSETTLED, name: 'chat.turn' })).toEqual({
      state: 'failed',
      settled: false,
      name: 'chat.turn',
    })
  })

  it('leave out a state that does not exist', () => {
    expect(asked({ state: 'lost', queue: 'turns' })).toEqual({ queue: 'turns' })
    expect(asked({ state: 'running' })).toEqual({ state: 'running' })
  })
})

describe('a job', () => {
  const job = { verdict: null, cancel_requested: false }

  it('can be cancelled while it is open, once', () => {
    expect(possible({ ...job, state: 'running' })).toEqual({ cancel: true, retry: false, settle: false })
    expect(possible({ ...job, state: 'running', cancel_requested: true }).cancel).toBe(false)
    expect(possible({ ...job, state: 'succeeded' })).toEqual({ cancel: false, retry: false, settle: false })
  })

  it('that failed can be tried again, and settled once', () => {
    expect(possible({ ...job, state: 'failed' })).toEqual({ cancel: false, retry: true, settle: true })
    expect(possible({ ...job, state: 'failed', verdict: 'ignored' })).toEqual({
      cancel: false,
      retry: true,
      settle: false,
    })
  })
})
