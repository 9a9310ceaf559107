/** Which way to take to the server: down a rung when the better way fails, up again when it may work. Pure. */

/** Best first. */
export const RUNGS = ['websocket', 'sse', 'poll'] as const
export type Rung = (typeof RUNGS)[number]

/**
 * Whose fault it was: `carrier`, this way does not work here (a proxy, say); `server`, no way would have worked;
 * `later`, the server asks to be left alone for a while.
 */
export type Blame = 'carrier' | 'server' | 'later'

export interface Ladder {
  rung: Rung
  /** Times in a row that this way did not work. */
  failures: number
  /** Attempts in a row without a working connection: the next one waits longer. */
  waits: number
  /** Vain attempts to climb: the next one waits longer. */
  climbs: number
}

export type Happening =
  | { kind: 'worked' }
  | { kind: 'lost'; blame: Blame }
  | { kind: 'climbed' }
  | { kind: 'not_climbed' }
  | { kind: 'network_changed' }

export const TOP: Ladder = { rung: 'websocket', failures: 0, waits: 0, climbs: 0 }

const TRIES = 2
const LAST_TRIES = 4
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
const FIRST_CLIMB_MS = 30_000
const LONGEST_CLIMB_MS = 600_000

/** The ladder after something has happened. */
export function step(ladder: Ladder, happening: Happening): Ladder {
  switch (happening.kind) {
    case 'worked':
      return { ...ladder, failures: 0, waits: 0 }
    case 'climbed':
      return { ...ladder, rung: above(ladder.rung) ?? ladder.rung, failures: 0, waits: 0, climbs: 0 }
    case 'not_climbed':
      return { ...ladder, climbs: ladder.climbs + 1 }
    case 'network_changed':
      return { ...TOP }
    case 'lost':
      return lost(ladder, happening.blame)
  }
}

function lost(ladder: Ladder, blame: Blame): Ladder {
  if (blame === 'later') return { ...ladder, waits: 20 }
  const waits = ladder.waits + 1
  if (blame === 'server') return { ...ladder, waits }
  const failures = ladder.failures + 1
  const below = RUNGS[RUNGS.indexOf(ladder.rung) + 1]
  if (below && failures >= TRIES) return { ...ladder, rung: below, failures: 0, waits: 0 }
  if (!below && failures >= LAST_TRIES) return { ...TOP, waits }
  return { ...ladder, failures, waits }
}

/** The next better way, if there is one. */
export function above(rung: Rung): Rung | undefined {
  return RUNGS[RUNGS.indexOf(rung) - 1]
}

/** How long to wait before the next attempt; `random` (0 to 1) keeps many tabs from coming at once. */
export function waitMs(ladder: Ladder, random: number): number {
  if (ladder.waits === 0) return 0
  return Math.min(FIRST_WAIT_MS * 2 ** (ladder.waits - 1), LONGEST_WAIT_MS) * (0.5 + random / 2)
}

/** How long to stay on a lower rung before the next attempt to climb. */
export function climbMs(ladder: Ladder): number {
  return Math.min(FIRST_CLIMB_MS * 2 ** ladder.climbs, LONGEST_CLIMB_MS)
}
