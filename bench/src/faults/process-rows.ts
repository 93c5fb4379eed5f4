import { setTimeout as delay } from 'node:timers/promises'
import { begin, is, type CallRow, type Found } from './call-row.ts'
import { judge } from './oracle.ts'
import { connected, type FaultLab, type Rig } from './rig.ts'
import type { Answers } from './subject-process.ts'

const LOAD = { readsPerSecond: 40, writesPerSecond: 20, seconds: 3 }

/** The rows of the fault matrix in which something happens to the process of the client. */
export const PROCESS_ROWS: readonly CallRow[] = [
  ...(['SIGTERM', 'SIGINT'] as const).map((signal): CallRow => ({
    name: `18 ${signal} under load`,
    run: async (lab, rig) => {
      await rig.subject.call({ do: 'read' })
      const load = rig.subject.carry({ ...LOAD, prefix: `${rig.name}-` })
      const transaction = begin(rig, { do: 'transaction', token: rig.name, sleepMs: 1_000 })
      await lab.busy(rig)
      rig.subject.signal(signal)
      const ended = await rig.subject.ended
      return [
        { what: 'transaction in flight finished', value: is(await transaction, 'ok'), promised: 1 },
        ...(await foundAfter(lab, rig, false, await load)),
        { what: 'ended by the signal', value: Number(ended === signal), promised: 1 },
      ]
    },
  })),
  {
    name: '19 second SIGTERM',
    run: async (lab, rig) => {
      void begin(rig, { do: 'sleep', sleepMs: 30_000 })
      await lab.busy(rig)
      rig.subject.signal('SIGTERM')
      // One that follows at once is taken for the same signal, sent to the whole group.
      await delay(400)
      rig.subject.signal('SIGTERM')
      const ended = await rig.subject.ended
      return [{ what: 'ended by the signal', value: Number(ended === 'SIGTERM'), promised: 1 }]
    },
  },
  {
    name: '19 SIGKILL under load',
    run: async (lab, rig) => {
      const load = rig.subject.carry({ ...LOAD, prefix: `${rig.name}-` })
      await lab.busy(rig, 'idle')
      rig.subject.signal('SIGKILL')
      await rig.subject.ended
      return foundAfter(lab, rig, true, await load)
    },
  },
  {
    name: '23 process frozen, its backends killed',
    run: async (lab, rig) => {
      await rig.subject.call({ do: 'read' })
      rig.subject.signal('SIGSTOP')
      const killed = await lab.terminate(rig)
      await lab.noSessions(rig)
      rig.subject.signal('SIGCONT')
      const [read, write] = await Promise.all([
        rig.subject.call({ do: 'read' }),
        rig.subject.call({ do: 'write', token: `${rig.name}-23` }),
      ])
      const [found] = await lab.entries(`${rig.name}-23`)
      return [
        { what: 'sessions killed', value: killed, promised: 1 },
        { what: 'first read answered', value: is(read, 'ok'), promised: 1 },
        { what: 'first write answered', value: is(write, 'ok') },
        { what: 'write acknowledged and lost', value: is(write, 'ok') - (found ?? 0), promised: 0 },
      ]
    },
  },
]

/** What is left of a process that has ended, at the server and of its writes. */
async function foundAfter(
  lab: FaultLab,
  rig: Rig,
  isKilled: boolean,
  { started, outcomes }: Answers,
): Promise<Found> {
  await lab.noSessions(rig)
  await using admin = await connected(lab.server.url)
  const { lost, doubled, falselyFailed } = await judge([admin.client], outcomes)
  const failed = outcomes.filter(
    ({ error, isHung }) => isHung || (error && error.kind !== 'drained'),
  )
  return [
    { what: 'accepted calls that failed', value: failed.length, promised: 0 },
    {
      what: 'accepted calls never answered',
      value: started.length - outcomes.length,
      ...(isKilled ? {} : { promised: 0 }),
    },
    { what: 'writes lost', value: lost, promised: 0 },
    { what: 'writes doubled', value: doubled, promised: 0 },
    { what: 'failed writes found', value: falselyFailed, promised: 0 },
    { what: 'sessions left', value: await lab.sessions(rig), promised: 0 },
  ]
}
