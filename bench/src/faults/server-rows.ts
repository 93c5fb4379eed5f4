import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { begin, is, type CallRow } from './call-row.ts'
import { judge } from './oracle.ts'
import { connected, FaultLab } from './rig.ts'

/** The rows of the fault matrix in which a client meets another server, or none. */
export const SERVER_ROWS: readonly CallRow[] = [
  {
    name: '16 failover to another server under load',
    run: async (lab, rig) => {
      await using next = await serverLike(lab)
      await rig.subject.call({ do: 'read' })
      const load = rig.subject.carry({
        readsPerSecond: 40,
        writesPerSecond: 20,
        seconds: 3,
        prefix: `${rig.name}-`,
      })
      await delay(1_000)
      rig.proxy.upstream = next.url
      rig.proxy.end('close')
      const { outcomes } = await load
      await using before = await connected(lab.server.url)
      await using after = await connected(next.url)
      const both = await judge([before.client, after.client], outcomes)
      const { acknowledged } = await judge([after.client], outcomes)
      const reads = outcomes.filter(({ call, error }) => call.do === 'read' && error !== undefined)
      return [
        { what: 'failed reads', value: reads.length, promised: 0 },
        { what: 'writes lost', value: both.lost, promised: 0 },
        { what: 'writes doubled', value: both.doubled, promised: 0 },
        { what: 'failed writes found', value: both.falselyFailed, promised: 0 },
        { what: 'writes went on at the new server', value: Number(acknowledged > 0), promised: 1 },
      ]
    },
  },
  {
    name: '16 server demoted to read-only',
    run: async (lab, rig) => {
      await using other = await serverLike(lab)
      rig.proxy.upstream = other.url
      await rig.subject.call({ do: 'read' })
      await using admin = await connected(other.url)
      await admin.client.query('ALTER SYSTEM SET default_transaction_read_only = on')
      await admin.client.query('SELECT pg_reload_conf()')
      await lab.settles(async () => {
        const { rows } = await admin.client.query<{ on: string }>(
          'SHOW default_transaction_read_only',
        )
        return Object.values(rows[0] ?? {})[0] === 'on'
      })
      const write = await rig.subject.call({ do: 'write', token: `${rig.name}-16` })
      return [{ what: 'write told as read-only', value: is(write, 'read_only'), promised: 1 }]
    },
  },
  {
    name: '25 pool of another copy of pg',
    run: async (_, rig) => {
      const folder = mkdtempSync(join(tmpdir(), 'oneprisma-foreign-'))
      try {
        copyPg(folder)
        const read = await rig.subject.call({ do: 'foreignPool', folder })
        const isTold = read?.error?.message.includes('another copy of `pg`') === true
        return [{ what: 'told by name', value: Number(isTold), promised: 1 }]
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  },
  {
    name: '26 host that does not resolve',
    settings: { url: 'postgresql://postgres:secret@database.invalid:5432/postgres' },
    run: async (_, rig) => {
      const read = await rig.subject.call({ do: 'read' })
      return [
        { what: 'told as refused', value: is(read, 'connection_refused'), promised: 1 },
        {
          what: 'password in the message',
          value: Number(read?.error?.message.includes('secret') === true),
          promised: 0,
        },
      ]
    },
  },
  {
    name: '27 close in a black hole',
    settings: { hungAfterMs: 12_000 },
    run: async (lab, rig) => {
      await rig.subject.call({ do: 'read' })
      rig.proxy.traffic = { kind: 'drop' }
      const calls = [
        begin(rig, { do: 'read' }),
        begin(rig, { do: 'write', token: `${rig.name}-27` }),
      ]
      const closed = await rig.subject.call({ do: 'close' })
      const settled = await Promise.all(calls)
      await lab.terminate(rig)
      return [
        { what: 'close hangs', value: is(closed, 'hung'), promised: 0 },
        {
          what: 'calls that hang',
          value: settled.filter((one) => is(one, 'hung')).length,
          promised: 0,
        },
      ]
    },
  },
]

/** Another server with the same tables and the same credentials. */
async function serverLike(lab: FaultLab): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = await FaultLab.startServer()
  const url = new URL(server.url)
  const { password } = new URL(lab.server.url)
  await using admin = await connected(server.url)
  await admin.client.query(`ALTER ROLE postgres PASSWORD '${password}'`)
  url.password = password
  return { url: url.href, [Symbol.asyncDispose]: server.stop }
}

/** Puts a copy of pg and of what it needs into a folder. */
function copyPg(folder: string): void {
  const require = createRequire(import.meta.url)
  const modules = dirname(dirname(require.resolve('pg/package.json')))
  for (const name of PG_PACKAGES) {
    cpSync(join(modules, name), join(folder, 'node_modules', name), { recursive: true })
  }
}

const PG_PACKAGES = [
  'pg',
  'pg-connection-string',
  'pg-pool',
  'pg-protocol',
  'pg-types',
  'pg-int8',
  'pgpass',
  'split2',
  'postgres-array',
  'postgres-bytea',
  'postgres-date',
  'postgres-interval',
  'xtend',
]
