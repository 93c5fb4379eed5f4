import type { Demand } from './demand.ts'
import type { Fleet, Scenario } from './run-fleet.ts'

const CAP = 10

/** Callers that never stop: more than the pool may ever serve at once. */
const HUNGRY: Demand = { ms: 20, callers: 15 }

/** Callers that never stop, and statements that take longer: for fleets that are too large for short ones. */
const SLOW: Demand = { ms: 200, callers: 12 }

/** All processes want more than there is. */
export function hungry(processes: number, budget: number, seconds = 30): Scenario {
  return {
    seed: 1,
    forMs: seconds * 1_000,
    steadyFromMs: (seconds * 1_000) / 2,
    budget,
    headroom: Math.ceil(budget / 10),
    processes,
    cap: () => CAP,
    demand: () => (budget > 100 ? SLOW : HUNGRY),
    startWithinMs: 2_000,
  }
}

/** As many processes again start at once when the others have shared out everything. */
export function wave(processes: number, budget: number): Scenario {
  return {
    ...hungry(processes, budget),
    processes: processes / 2,
    script: (fleet) => startAt(fleet, 10_000, processes / 2),
  }
}

/** One process has all that there is when the others start at once. */
export function hog(processes: number, budget: number): Scenario {
  return {
    ...hungry(processes, budget),
    processes: 1,
    cap: (index) => (index === 0 ? budget : CAP),
    demand: (index) => (index === 0 ? { ms: 20, callers: 2 * budget } : HUNGRY),
    script: (fleet) => startAt(fleet, 10_000, processes - 1),
  }
}

/** Some want all that they can get, the others little and now and then. */
export function skewed(processes: number, budget: number): Scenario {
  return {
    ...hungry(processes, budget, 40),
    cap: () => 30,
    demand: (index) => (index % 4 === 0 ? { ms: 20, callers: 40 } : { ms: 20, perSecond: 2 }),
  }
}

/** All want much for a few seconds, and nothing for some more. */
export function bursty(processes: number, budget: number): Scenario {
  return {
    ...hungry(processes, budget, 60),
    demand: () => ({ ms: 20, perSecond: 200, bursts: [3_000, 9_000] }),
  }
}

/** Pools of all sizes. */
export function mixed(processes: number, budget: number): Scenario {
  return {
    ...hungry(processes, budget),
    cap: (index) => 1 + ((index * 7) % 20),
    demand: () => ({ ms: 20, callers: 25 }),
  }
}

/** Many processes with a call every ten seconds each. */
export function sparse(processes: number, budget: number): Scenario {
  return {
    ...hungry(processes, budget, 60),
    demand: () => ({ ms: 20, perSecond: 0.1 }),
    startWithinMs: 10_000,
  }
}

/** Two processes a second are killed, and others start in their place. */
export function churn(processes: number, budget: number): Scenario {
  return {
    ...hungry(processes, budget, 60),
    script: (fleet) => {
      fleet.often(2, () => {
        fleet.pick()?.member.kill()
        fleet.start(0)
      })
    },
  }
}

/** A quarter of the processes stops, and goes on a minute later. */
export function frozen(processes: number, budget: number): Scenario {
  return silenced(
    processes,
    budget,
    ({ link }) => {
      link.isFrozen = true
    },
    ({ link }) => link.thaw(),
  )
}

/** A quarter of the processes is cut off from the server, and comes back a minute later. */
export function partition(processes: number, budget: number): Scenario {
  return silenced(
    processes,
    budget,
    ({ link }) => {
      link.isCut = true
    },
    ({ link }) => link.heal(),
  )
}

/** The server restarts; everybody comes back at once. */
export function restart(processes: number, budget: number): Scenario {
  const upAtMs = 18_000
  return {
    ...hungry(processes, budget, 60),
    steadyFromMs: 40_000,
    servedSinceMs: upAtMs,
    script: ({ clock, server }) => {
      clock.after(15_000, () => {
        server.isDown = true
        server.endAll()
      })
      clock.after(upAtMs, () => {
        server.isDown = false
      })
    },
  }
}

function silenced(
  processes: number,
  budget: number,
  silence: (member: Fleet['known'][number]['member']) => void,
  end: (member: Fleet['known'][number]['member']) => void,
): Scenario {
  const endsAtMs = 75_000
  return {
    ...hungry(processes, budget, 105),
    // When the server has ended the sessions of the silent ones, and the others have shared them out.
    steadyFromMs: 55_000,
    servedSinceMs: endsAtMs,
    script: ({ clock, known }) => {
      const quarter = (): Fleet['known'] => known.slice(0, processes / 4)
      clock.after(15_000, () => quarter().forEach(({ member }) => silence(member)))
      clock.after(endsAtMs, () => quarter().forEach(({ member }) => end(member)))
    },
  }
}

function startAt(fleet: Fleet, ms: number, count: number): void {
  fleet.clock.after(ms, () => {
    for (let index = 1; index <= count; index++) fleet.start(index)
  })
}
