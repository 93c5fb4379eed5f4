import type { LoadRow } from './load-row.ts'

const nothing = async (): Promise<void> => {}
// What a call of ours may take: the retries' deadline, and an attempt at its end.
const CALL_MS = 5_000 + 2_000 + 2_000 + 500

/** The rows of the fault matrix in which a fault meets a load. */
export const LOAD_ROWS: readonly LoadRow[] = [
  {
    name: '1 idle and busy backends killed',
    faultMs: 0,
    inject: async (lab, rigs) => Promise.all(rigs.map((rig) => lab.terminate(rig))),
    heal: nothing,
    readsSurvive: true,
    recoveryMs: 1_000,
    callMs: CALL_MS,
  },
  {
    name: '4 restart, fast',
    faultMs: 1_500,
    inject: (lab) => lab.server.halt('fast'),
    heal: (lab) => lab.server.start(),
    readsSurvive: true,
    recoveryMs: 1_000,
    callMs: CALL_MS,
  },
  {
    name: '5 restart, immediate',
    faultMs: 1_500,
    inject: (lab) => lab.server.halt('immediate'),
    heal: (lab) => lab.server.start(),
    readsSurvive: true,
    recoveryMs: 1_000,
    callMs: CALL_MS,
  },
  {
    name: '5 crash of the server',
    faultMs: 1_500,
    inject: (lab) => lab.server.halt('crash'),
    heal: (lab) => lab.server.start(),
    readsSurvive: true,
    recoveryMs: 1_000,
    callMs: CALL_MS,
  },
  {
    name: '7 black hole',
    faultMs: 3_000,
    inject: async (_, rigs) => {
      for (const { proxy } of rigs) proxy.traffic = { kind: 'drop' }
    },
    heal: async (_, rigs) => {
      for (const { proxy } of rigs) proxy.traffic = { kind: 'pass' }
    },
    readsSurvive: false,
    recoveryMs: 1_000,
    callMs: CALL_MS,
  },
  {
    name: '8 connections reset',
    faultMs: 0,
    inject: async (_, rigs) => {
      for (const { proxy } of rigs) proxy.end('reset')
    },
    heal: nothing,
    readsSurvive: true,
    recoveryMs: 1_000,
    callMs: CALL_MS,
  },
  {
    name: '8 connections closed',
    faultMs: 0,
    inject: async (_, rigs) => {
      for (const { proxy } of rigs) proxy.end('close')
    },
    heal: nothing,
    readsSurvive: true,
    recoveryMs: 1_000,
    callMs: CALL_MS,
  },
  {
    name: '9 latency and jitter',
    faultMs: 1_500,
    inject: async (_, rigs) => {
      for (const { proxy } of rigs) proxy.traffic = { kind: 'slow', delayMs: 5, jitterMs: 10 }
    },
    heal: async (_, rigs) => {
      for (const { proxy } of rigs) proxy.traffic = { kind: 'pass' }
    },
    readsSurvive: true,
    recoveryMs: 1_000,
    callMs: CALL_MS,
  },
  {
    name: '9 a few bytes at a time',
    faultMs: 1_000,
    inject: async (_, rigs) => {
      for (const { proxy } of rigs) proxy.traffic = { kind: 'slice', bytes: 64 }
    },
    heal: async (_, rigs) => {
      for (const { proxy } of rigs) proxy.traffic = { kind: 'pass' }
    },
    readsSurvive: true,
    recoveryMs: 1_000,
    callMs: CALL_MS,
  },
  {
    name: '10 connections refused',
    faultMs: 1_500,
    inject: async (_, rigs) => Promise.all(rigs.map(({ proxy }) => proxy.refuse())),
    heal: async (_, rigs) => Promise.all(rigs.map(({ proxy }) => proxy.accept())),
    readsSurvive: true,
    recoveryMs: 1_000,
    callMs: CALL_MS,
  },
]
