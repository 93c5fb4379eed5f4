import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { runsPgBouncer, pgBouncerNote, startPgBouncer } from '@oneprisma/engines/pgbouncer'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { explainRefusal } from '../src/doctor/live/explain-refusal.ts'
import { liveOptionsOf } from '../src/doctor/live/live-options.ts'
import { readServerUrl } from '../src/doctor/live/server-url.ts'
import {
  changed,
  findingOf,
  PASSWORD,
  startDoctorServer,
  until,
  type DoctorServer,
} from './doctor-server.ts'
import { checkServer } from '../src/doctor/live/check-server.ts'

let server: DoctorServer
const listeners: Server[] = []
const sockets = new Set<Socket>()

beforeAll(async () => {
  server = await startDoctorServer()
})

afterAll(() => server.stop())

afterEach(() => {
  for (const listener of listeners.splice(0)) listener.close()
  for (const socket of sockets) socket.destroy()
  sockets.clear()
})

/** Something on a port of this machine that is no database. */
async function listen(onConnection: (socket: Socket) => void): Promise<string> {
  const listener = createServer((socket) => {
    socket.on('error', () => {})
    sockets.add(socket)
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  listeners.push(listener)
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP port has a number.')
  return `postgresql://app:secret-word@127.0.0.1:${address.port}/app`
}

describe('checkServer on a connection that is not made', () => {
  it('tells a port that nothing listens on', async () => {
    const url = await listen(() => {})
    for (const listener of listeners.splice(0)) listener.close()

    const finding = await findingOf('SERVER_REFUSED', { url })

    expect(finding).toMatchObject({
      severity: 'error',
      evidence: { through: 'url', host: '127.0.0.1', code: 'ECONNREFUSED' },
    })
    expect(finding.message).toContain(`127.0.0.1:${new URL(url).port}`)
  })

  it('tells a host that has no address', async () => {
    const finding = await findingOf('SERVER_HOST_UNKNOWN', {
      url: 'postgresql://app:secret-word@no-such-host.invalid/app',
    })

    expect(finding.message).toBe('The host `no-such-host.invalid` has no address.')
  })

  it('tells a server that does not answer, after the time that it was given', async () => {
    const url = await listen(() => {})

    const finding = await findingOf('SERVER_TIMED_OUT', { url, connectTimeoutMs: 50 })

    expect(finding.message).toContain('did not answer within 50 ms')
  })

  it('tells a server that hangs up', async () => {
    const url = await listen((socket) => socket.destroy())

    const finding = await findingOf('SERVER_HUNG_UP', { url })

    expect(finding.message).toContain('closed it without a word')
  })

  it('tells a database that is not there, and how to make it', async () => {
    const finding = await findingOf('DATABASE_MISSING', {
      url: changed(server.url, { database: 'sh"op' }),
    })

    expect(finding.evidence).toMatchObject({ code: '3D000' })
    expect(finding.change).toContain('`CREATE DATABASE "sh""op"`')
  })

  it.each([
    ['a wrong password', 'denied_1', 'wrong-word', '28P01'],
    ['a role that is not there', 'nobody_at_all', PASSWORD, '28P01'],
  ])('tells %s', async (_, username, password, code) => {
    await server.sql(`DROP ROLE IF EXISTS denied_1`)
    await server.role('denied_1')

    const finding = await findingOf('ACCESS_DENIED', {
      url: changed(server.url, { username, password }),
    })

    expect(finding.evidence).toMatchObject({ code })
    expect(finding.message).toContain(`\`${username}\``)
    expect(finding.message).toContain('the password or the name of the role is wrong')
  })

  it('tells a URL without the password that the server asks for', async () => {
    const url = new URL(server.url)
    url.password = ''

    const finding = await findingOf('ACCESS_DENIED', { url: url.href })

    expect(finding.message).toContain('it asks for a password, and the URL has none')
  })

  it('tells a role that may not log in', async () => {
    const url = await server.role('denied_2')
    await server.sql('ALTER ROLE denied_2 NOLOGIN')

    const finding = await findingOf('ACCESS_DENIED', { url })

    expect(finding.change).toContain('`ALTER ROLE "denied_2" LOGIN`')
  })

  it('tells a role that may not connect to the database', async () => {
    const role = await server.role('denied_3')
    await server.createDatabase('closed')
    await server.sql('REVOKE CONNECT ON DATABASE closed FROM PUBLIC')

    const finding = await findingOf('ACCESS_DENIED', { url: changed(role, { database: 'closed' }) })

    expect(finding.change).toContain('`GRANT CONNECT ON DATABASE "closed" TO "denied_3"`')
  })

  it('tells a role whose connections are used up', async () => {
    const url = await server.role('narrow', 'CONNECTION LIMIT 1')
    const holder = await server.connect(url)

    const finding = await findingOf('SERVER_FULL', { url })
    await holder.end()

    expect(finding.evidence).toMatchObject({ code: '53300' })
    expect(finding.message).toContain('the connection limit of the role is reached')
    expect(finding.change).toContain('`ALTER ROLE "narrow" CONNECTION LIMIT …`')
  })

  it('tells a database whose connections are used up', async () => {
    const url = await server.role('visitor')
    await server.createDatabase('small')
    await server.sql('ALTER DATABASE small CONNECTION LIMIT 0')

    const finding = await findingOf('SERVER_FULL', { url: changed(url, { database: 'small' }) })

    expect(finding.message).toContain('the connection limit of the database is reached')
    expect(finding.change).toContain('`ALTER DATABASE "small" CONNECTION LIMIT …`')
  })

  it('tells a server whose connections are used up, and who still gets in', async () => {
    const small = await startDoctorServer({ maxConnections: 6 })
    const url = await small.role('visitor')
    for (let index = 0; index < 2; index++) await small.connect(url)

    const finding = await findingOf('SERVER_FULL', { url })
    const past = await findingOf('CONNECTIONS_NEARLY_USED_UP', { url: small.url })
    await small.stop()

    expect(finding.message).toContain('all that the server has are taken')
    expect(finding.change).toContain('`pg_use_reserved_connections`')
    expect(past.evidence).toMatchObject({ held: 3, room: 3 })
  })

  it.runIf(runsPgBouncer)(`tells a pooler that takes no more clients${pgBouncerNote}`, async () => {
    const pooler = await startPgBouncer({ upstream: server.url, maxClients: 1 })
    const holder = await server.connect(pooler.url)

    const finding = await findingOf('SERVER_FULL', { url: pooler.url })
    await holder.end()
    await pooler.stop()

    expect(finding.evidence).toMatchObject({ code: '08P01' })
  })

  it('tells a connection string that cannot be read, and shows nothing of it', async () => {
    const finding = await findingOf('SERVER_URL_UNREADABLE', {
      url: 'postgresql://app:se#cret@db:5432/app',
    })

    expect(finding.evidence).toEqual({ through: 'url', code: 'CONNECTION_STRING_INVALID' })
    expect(JSON.stringify(finding)).not.toContain('cret')
  })

  it.each([
    ['mysql://app:secret-word@db/app', 'MySQL or MariaDB'],
    ['sqlserver://db:1433;password=secret-word', 'SQL Server'],
    ['file:./dev.db', 'SQLite'],
    ['prisma://accelerate.prisma-data.net/?api_key=secret-word', 'Prisma Accelerate'],
  ])('says of %s that it is not covered', async (url, engine) => {
    const findings = await checkServer({ url })

    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({
      code: 'SERVER_NOT_COVERED',
      severity: 'info',
      evidence: { engine },
    })
  })

  it('shows no password, whatever it is made of', async () => {
    const url = await listen((socket) => socket.destroy())

    const outcome = await fc.check(
      fc.asyncProperty(fc.string({ minLength: 6, unit: 'binary-ascii' }), async (password) => {
        const findings = await checkServer({ url: changed(url, { password }) })
        const text = findings.flatMap(({ message, change, evidence }) => [
          message,
          change,
          ...Object.values(evidence),
        ])
        return !text.join('\n').includes(password)
      }),
      { numRuns: 50 },
    )

    expect(outcome.counterexample).toBeNull()
  })

  it('looks through the direct URL where the other one leads nowhere', async () => {
    const url = await listen((socket) => socket.destroy())

    const findings = await checkServer({ url, directUrl: server.url })

    const codes = findings.map(({ code }) => code)
    expect(codes).toContain('SERVER_HUNG_UP')
    expect(codes).toContain('CONNECTION_HOLDERS')
  })

  it('looks through the URL where the direct one leads nowhere', async () => {
    const directUrl = await listen((socket) => socket.destroy())

    const findings = await checkServer({ url: server.url, directUrl })

    expect(findings.find(({ code }) => code === 'SERVER_HUNG_UP')?.evidence).toMatchObject({
      through: 'directUrl',
    })
    expect(findings.map(({ code }) => code)).toContain('CONNECTION_HOLDERS')
  })

  it('says nothing of the connection where it is made', async () => {
    const findings = await checkServer({ url: server.url })

    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  })
})

describe('checkServer on a server that is stopping', () => {
  it('tells it from one that is away', async () => {
    const stopping = await startDoctorServer()
    process.kill(stopping.pid, 'SIGTERM')
    // It waits for the connection of this test to end.
    await until(async () => {
      const findings = await checkServer({ url: stopping.url })
      return findings.some(({ severity }) => severity === 'error')
    })

    const finding = await findingOf('SERVER_STARTING', { url: stopping.url })
    await stopping.stop()

    expect(finding.evidence).toMatchObject({ code: '57P03' })
  })
})

describe('explainRefusal', () => {
  const url = readServerUrl('postgresql://app:secret-word@db.example.com/shop')
  const attempt = { url, through: 'url', options: liveOptionsOf({ url: '' }) } as const

  it.each([
    ['EHOSTUNREACH', 'connect EHOSTUNREACH 10.0.0.7:5432', 'SERVER_UNREACHABLE'],
    ['ENETUNREACH', 'connect ENETUNREACH 2001:db8::1', 'SERVER_UNREACHABLE'],
    ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN db', 'SERVER_HOST_UNKNOWN'],
    ['ECONNRESET', 'read ECONNRESET', 'SERVER_HUNG_UP'],
    ['57P03', 'the database system is starting up', 'SERVER_STARTING'],
    ['08P01', 'server login has been failing, try again later', 'SERVER_STARTING'],
    ['08P01', 'no such user: "app"', 'ACCESS_DENIED'],
    ['08P01', 'no such database: shop', 'DATABASE_MISSING'],
    ['08P01', 'SSL required', 'TLS_REQUIRED'],
    ['EPROTO', 'write EPROTO', 'TLS_FAILED'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number', 'TLS_FAILED'],
    ['XX000', 'Tenant or user not found', 'SERVER_LOGIN_FAILED'],
    [undefined, 'something else', 'SERVER_LOGIN_FAILED'],
  ])('takes %s (%s) for %s', async (code, message, expected) => {
    const error = Object.assign(new Error(message), code === undefined ? {} : { code })

    const finding = await explainRefusal(error, attempt)

    expect(finding.code).toBe(expected)
    expect(JSON.stringify(finding)).not.toContain(message)
  })

  it('tells a pooler without a server from a server that is starting', async () => {
    const messages = ['server login has been failing, try again later', 'the database system is up']

    const findings = await Promise.all(
      messages.map((message) =>
        explainRefusal(Object.assign(new Error(message), { code: '08P01' }), attempt),
      ),
    )

    expect(findings.map(({ message }) => /^The (\w+) at/.exec(message)?.[1])).toEqual([
      'pooler',
      'server',
    ])
  })
})
