import type { Traffic } from './fault-proxy.ts'
import type { LoadRow } from './load-row.ts'
import { connected, type FaultLab, type Rig } from './rig.ts'

// What a call of ours may take: the retries' deadline, and an attempt at its end.
const CALL_MS = 5_000 + 2_000 + 2_000 + 500

const PROMISES = { readsSurvive: true, recoveryMs: 1_000, callMs: CALL_MS }

/** The rows of the fault matrix in which a fault meets a load. */
export const LOAD_ROWS: readonly LoadRow[] = [
  {
    name: '1 idle and busy backends killed',
    ...PROMISES,
    faultMs: 0,
    inject: async (lab, rigs) => {
      await Promise.all(rigs.map((rig) => lab.terminate(rig)))
      return nothing
    },
  },
  ...(['fast', 'immediate', 'crash'] as const).map((how): LoadRow => ({
    name: how === 'fast' ? '4 restart, fast' : `5 restart, ${how}`,
    ...PROMISES,
    faultMs: 1_500,
    inject: async (lab) => {
      await lab.server.halt(how)
      return () => lab.server.start()
    },
  })),
  {
    name: '6 hung server',
    ...PROMISES,
    readsSurvive: false,
    faultMs: 3_000,
    inject: async (lab) => {
      const rows = await lab.ask<{ pid: number }>(
        'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()',
      )
      const pids = [lab.server.pid, ...rows.map(({ pid }) => pid)].filter(isRunning)
      for (const pid of pids) process.kill(pid, 'SIGSTOP')
      return () => {
        for (const pid of pids) process.kill(pid, 'SIGCONT')
      }
    },
  },
  {
    name: '7 black hole',
    ...PROMISES,
    readsSurvive: false,
    faultMs: 3_000,
    inject: async (_, rigs) => withTraffic(rigs, { kind: 'drop' }),
  },
  ...(['reset', 'close'] as const).map((how): LoadRow => ({
    name: `8 connections ended, ${how}`,
    ...PROMISES,
    faultMs: 0,
    inject: async (_, rigs) => {
      for (const { proxy } of rigs) proxy.end(how)
      return nothing
    },
  })),
  {
    name: '9 latency and jitter',
    ...PROMISES,
    faultMs: 1_500,
    inject: async (_, rigs) => withTraffic(rigs, { kind: 'slow', delayMs: 5, jitterMs: 10 }),
  },
  {
    name: '9 a few bytes at a time',
    ...PROMISES,
    faultMs: 1_000,
    inject: async (_, rigs) => withTraffic(rigs, { kind: 'slice', bytes: 64 }),
  },
  {
    name: '10 connections refused',
    ...PROMISES,
    faultMs: 1_500,
    inject: async (_, rigs) => {
      await Promise.all(rigs.map(({ proxy }) => proxy.refuse()))
      return () => Promise.all(rigs.map(({ proxy }) => proxy.accept()))
    },
  },
  {
    name: '11 too many connections',
    ...PROMISES,
    faultMs: 1_500,
    inject: async (lab, rigs) => {
      // What the rigs have to give up is taken before they may come back.
      await Promise.all(rigs.map(({ proxy }) => proxy.refuse()))
      const end = await hog(lab)
      await Promise.all(rigs.map(({ proxy }) => proxy.accept()))
      return end
    },
  },
]

async function nothing(): Promise<void> {}

function withTraffic(rigs: readonly Rig[], traffic: Traffic): () => void {
  for (const { proxy } of rigs) proxy.traffic = traffic
  return () => {
    for (const { proxy } of rigs) proxy.traffic = { kind: 'pass' }
  }
}

/** Opens connections until the server has none left; returns what closes them. */
async function hog(lab: FaultLab): Promise<() => Promise<unknown>> {
  const hogs: AsyncDisposable[] = []
  for (;;) {
    try {
      hogs.push(await connected(lab.server.url))
    } catch {
      return () => Promise.all(hogs.map((one) => one[Symbol.asyncDispose]()))
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
