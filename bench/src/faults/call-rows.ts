import { begin, is, type CallRow } from './call-row.ts'
import { connected, type FaultLab } from './rig.ts'

/** The rows of the fault matrix in which a fault meets a few calls. */
export const CALL_ROWS: readonly CallRow[] = [
  {
    name: '1 idle backend killed',
    run: async (lab, rig) => {
      await rig.subject.call({ do: 'read' })
      const killed = await lab.terminate(rig)
      const next = await rig.subject.call({ do: 'read' })
      return [
        { what: 'sessions killed', value: killed, promised: 1 },
        { what: 'next read answered', value: is(next, 'ok'), promised: 1 },
        { what: 'process alive', value: Number(rig.subject.isAlive), promised: 1 },
      ]
    },
  },
  {
    name: '2 backend killed in a statement',
    run: async (lab, rig) => {
      await using lock = await locked(lab, 'LOCK TABLE "User", "Entry" IN ACCESS EXCLUSIVE MODE')
      const token = `${rig.name}-2`
      const write = begin(rig, { do: 'write', token })
      await lab.waitsForLock(rig)
      await lab.terminate(rig)
      const written = await write
      const read = begin(rig, { do: 'read' })
      await lab.waitsForLock(rig)
      await lab.terminate(rig)
      await lock.release()
      const [found] = await lab.entries(token)
      return [
        { what: 'write told as shut down', value: is(written, 'server_shutdown'), promised: 1 },
        { what: 'write found', value: found ?? 0, promised: 0 },
        { what: 'read answered', value: is(await read, 'ok'), promised: 1 },
      ]
    },
  },
  {
    name: '3 backend killed in a transaction',
    settings: { max: 1 },
    run: async (lab, rig) => {
      const token = `${rig.name}-3`
      const transaction = begin(rig, { do: 'transaction', token, sleepMs: 5_000 })
      await lab.busy(rig)
      await lab.terminate(rig)
      const ended = await transaction
      const after = await rig.subject.call({ do: 'read' })
      const [a, b] = await lab.entries(`${token}a`, `${token}b`)
      return [
        { what: 'transaction failed', value: 1 - is(ended, 'ok'), promised: 1 },
        { what: 'writes found', value: (a ?? 0) + (b ?? 0), promised: 0 },
        { what: 'next read on the one connection answered', value: is(after, 'ok'), promised: 1 },
      ]
    },
  },
  {
    name: '12 pool exhausted',
    settings: { max: 1, acquireTimeoutMs: 500 },
    run: async (lab, rig) => {
      const holder = begin(rig, { do: 'sleep', sleepMs: 1_500 })
      await lab.busy(rig)
      const waiters = await Promise.all([
        rig.subject.call({ do: 'read' }),
        rig.subject.call({ do: 'read' }),
      ])
      const held = await holder
      const after = await rig.subject.call({ do: 'read' })
      return [
        {
          what: 'waiters told of the pool',
          value: waiters.filter((one) => is(one, 'pool_timeout')).length,
          promised: 2,
        },
        { what: 'holder answered', value: is(held, 'ok'), promised: 1 },
        { what: 'next read answered', value: is(after, 'ok'), promised: 1 },
      ]
    },
  },
  {
    name: '13 transaction that never ends',
    settings: { max: 1 },
    run: async (lab, rig) => {
      void begin(rig, { do: 'leak', timeoutMs: 500 })
      await lab.busy(rig, 'idle in transaction')
      const read = await rig.subject.call({ do: 'read' })
      return [
        { what: 'next read on the one connection answered', value: is(read, 'ok'), promised: 1 },
        { what: 'left idle in transaction', value: await lab.idleInTransaction(rig), promised: 0 },
      ]
    },
  },
  {
    name: '14 client timeout in a transaction',
    settings: { max: 1, queryTimeoutMs: 400, barePool: { query_timeout: 400 } },
    run: async (lab, rig) => {
      const token = `${rig.name}-14`
      const transaction = await rig.subject.call({ do: 'transaction', token, sleepMs: 1_000 })
      const write = await rig.subject.call({ do: 'write', token: `${token}w` })
      // What is not committed goes with its session.
      await lab.terminate(rig)
      const [a, b, w] = await lab.entries(`${token}a`, `${token}b`, `${token}w`)
      return [
        { what: 'transaction failed', value: 1 - is(transaction, 'ok'), promised: 1 },
        { what: 'its writes found', value: (a ?? 0) + (b ?? 0), promised: 0 },
        { what: 'later write acknowledged', value: is(write, 'ok'), promised: 1 },
        { what: 'later write lost', value: is(write, 'ok') - (w ?? 0), promised: 0 },
      ]
    },
  },
  {
    name: '15 deadlock',
    run: async (lab, rig) => {
      const [first, second] = rig.variant === 'oneprisma' ? [1, 2] : [3, 4]
      await using lock = await locked(lab, `SELECT 1 FROM "User" WHERE id = ${second} FOR UPDATE`)
      const crossed = begin(rig, { do: 'updateTwo', first, second })
      await lab.waitsForLock(rig)
      // Whoever finds the deadlock is its victim.
      await lock.also("SET LOCAL deadlock_timeout = '10s'")
      await Promise.all([lock.also(`SELECT 1 FROM "User" WHERE id = ${first} FOR UPDATE`), crossed])
      await lock.release()
      return [{ what: 'told as a deadlock', value: is(await crossed, 'deadlock'), promised: 1 }]
    },
  },
  {
    name: '15 lock wait',
    run: async (lab, rig) => {
      const [first, second] = rig.variant === 'oneprisma' ? [5, 6] : [7, 8]
      await using lock = await locked(lab, `SELECT 1 FROM "User" WHERE id = ${second} FOR UPDATE`)
      const waited = await rig.subject.call({ do: 'updateTwo', first, second, lockTimeoutMs: 200 })
      await lock.release()
      return [{ what: 'told as a lock timeout', value: is(waited, 'lock_timeout'), promised: 1 }]
    },
  },
  {
    name: '20 close while callers wait for a connection',
    settings: { max: 1, acquireTimeoutMs: 1_000, hungAfterMs: 5_000 },
    run: async (lab, rig) => {
      const holder = begin(rig, { do: 'sleep', sleepMs: 1_500 })
      await lab.busy(rig)
      const waiters = [begin(rig, { do: 'read' }), begin(rig, { do: 'read' })]
      const closed = await rig.subject.call({ do: 'close' })
      const settled = await Promise.all(waiters)
      return [
        { what: 'holder answered', value: is(await holder, 'ok'), promised: 1 },
        {
          what: 'waiters that hang',
          value: settled.filter((one) => is(one, 'hung')).length,
          promised: 0,
        },
        { what: 'closed', value: is(closed, 'ok'), promised: 1 },
        { what: 'sessions left', value: await lab.sessions(rig), promised: 0 },
      ]
    },
  },
  {
    name: '21 module evaluated 40 times',
    run: async (lab, rig) => {
      const evaluated = await rig.subject.call({ do: 'evaluate', times: 40 })
      return [
        { what: 'every copy answered', value: is(evaluated, 'ok'), promised: 1 },
        { what: 'sessions', value: await lab.sessions(rig), promised: 1 },
      ]
    },
  },
  {
    name: '22 four worker threads',
    run: async (lab, rig) => {
      const read = await rig.subject.call({ do: 'threads', count: 4 })
      return [
        { what: 'every thread answered and ended', value: is(read, 'ok'), promised: 1 },
        { what: 'sessions left', value: await lab.sessions(rig), promised: 0 },
      ]
    },
  },
  {
    name: '24 event loop stalled for 3 s while a transaction starts',
    settings: { acquireTimeoutMs: 2_000 },
    run: async (lab, rig) => {
      await rig.subject.call({ do: 'stall', token: `${rig.name}-24`, stallMs: 3_000 })
      const after = await rig.subject.call({ do: 'read' })
      return [
        { what: 'left idle in transaction', value: await lab.idleInTransaction(rig), promised: 0 },
        { what: 'next read answered', value: is(after, 'ok'), promised: 1 },
      ]
    },
  },
]

/** Runs a statement in a transaction that holds its locks until it is released. */
async function locked(
  lab: FaultLab,
  sql: string,
): Promise<
  { also: (sql: string) => Promise<unknown>; release: () => Promise<unknown> } & AsyncDisposable
> {
  const admin = await connected(lab.server.url)
  await admin.client.query('BEGIN')
  await admin.client.query(sql)
  return {
    also: (more) => admin.client.query(more),
    release: () => admin.client.query('ROLLBACK'),
    [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
  }
}
