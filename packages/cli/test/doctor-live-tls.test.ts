import { X509Certificate } from 'node:crypto'
import { chownSync, copyFileSync, chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runsPgBouncer, pgBouncerNote, startPgBouncer } from '@oneprisma/engines/pgbouncer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeTls } from '../src/doctor/live/check-tls-use.ts'
import { checkServer } from '../src/doctor/live/check-server.ts'
import { readCertificate } from '../src/doctor/live/read-certificate.ts'
import { readServerUrl } from '../src/doctor/live/server-url.ts'
import { changed, findingOf, startDoctorServer, until, type DoctorServer } from './doctor-server.ts'

const FILES = fileURLToPath(new URL('./fixtures/tls', import.meta.url))
const CA = join(FILES, 'ca.crt')

type Name = 'server' | 'other-host' | 'expired' | 'self-signed'

let server: DoctorServer
let rules: string

beforeAll(async () => {
  server = await startDoctorServer()
  rules = readFileSync(join(server.data, 'pg_hba.conf'), 'utf8')
  // The server reads its key only where nobody else can.
  for (const file of [
    'ca.crt',
    'test-only.key',
    'server.crt',
    'other-host.crt',
    'expired.crt',
    'self-signed.crt',
  ]) {
    const path = join(server.data, file)
    const { uid, gid } = statSync(server.data)
    copyFileSync(join(FILES, file), path)
    chmodSync(path, 0o600)
    chownSync(path, uid, gid)
  }
  await server.sql("ALTER SYSTEM SET ssl_key_file = 'test-only.key'")
})

afterAll(() => server.stop())

function secured(parameters: Readonly<Record<string, string>>, hostname = 'localhost'): string {
  return changed(server.url, { hostname, parameters })
}

/** Lets the server show a certificate, or none. */
async function show(name: Name | undefined): Promise<void> {
  if (name !== undefined) await server.sql(`ALTER SYSTEM SET ssl_cert_file = '${name}.crt'`)
  await server.sql(`ALTER SYSTEM SET ssl = ${name === undefined ? 'off' : 'on'}`)
  await server.sql('SELECT pg_reload_conf()')
  const expected = name && fingerprintOf(name)
  await until(async () => {
    const shown = await readCertificate(readServerUrl(server.url), 5_000)
    return expected === undefined ? shown === undefined : shown?.sha256 === expected
  })
}

function fingerprintOf(name: Name): string {
  return new X509Certificate(readFileSync(join(FILES, `${name}.crt`))).fingerprint256
}

/** Lets the server follow other rules of who may come in. */
async function rule(text: string): Promise<void> {
  const before = await admission()
  writeFileSync(join(server.data, 'pg_hba.conf'), text)
  await server.sql('SELECT pg_reload_conf()')
  await until(async () => (await admission()) !== before)
}

/** Of when the rules are by which this test is let in; `refused` where it is not. */
async function admission(): Promise<string> {
  try {
    const client = await server.connect(secured({ sslmode: 'no-verify' }, '127.0.0.1'))
    const { rows } = await client.query<{ at: string }>('SELECT pg_conf_load_time()::text AS at')
    await client.end()
    return rows[0]?.at ?? ''
  } catch {
    return 'refused'
  }
}

describe('checkServer on a server whose encryption fails', () => {
  it('tells a certificate that is signed by itself, and nothing of access', async () => {
    await show('self-signed')

    const findings = await checkServer({ url: secured({ sslmode: 'verify-full' }) })

    expect(findings.map(({ code }) => code)).toEqual(['TLS_UNTRUSTED'])
    expect(findings[0]?.message).toContain('it is signed by itself')
    expect(findings[0]?.evidence).toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      subject: 'oneprisma test server',
      sha256: fingerprintOf('self-signed'),
    })
  })

  it.each(['require', 'verify-ca', 'verify-full'])(
    'tells a CA that is not known, with sslmode=%s as pg takes it',
    async (sslmode) => {
      await show('server')

      const finding = await findingOf('TLS_UNTRUSTED', { url: secured({ sslmode }) })

      expect(finding.evidence).toMatchObject({
        issuer: 'oneprisma test CA',
        names: 'localhost, 127.0.0.1',
      })
      expect(finding.message).toContain('`oneprisma test CA`')
      expect(finding.change).toContain('sslrootcert=<file>')
    },
  )

  it('tells a certificate for another host, and for which', async () => {
    await show('other-host')

    const finding = await findingOf('TLS_WRONG_HOST', {
      url: secured({ sslmode: 'verify-full', sslrootcert: CA }),
    })

    expect(finding.message).toContain(
      'is for `db.example.com`, `db.example.org`, and not for `localhost`',
    )
  })

  it('tells a certificate that has expired, and when', async () => {
    await show('expired')

    const finding = await findingOf('TLS_EXPIRED', {
      url: secured({ sslmode: 'verify-full', sslrootcert: CA }),
    })

    expect(finding.message).toContain('from 2020-01-01 to 2020-02-01')
  })

  it('tells a server that offers no TLS to a URL that asks for it', async () => {
    await show(undefined)

    const finding = await findingOf('TLS_NOT_OFFERED', { url: secured({ sslmode: 'require' }) })

    expect(finding.change).toContain('`ssl = on`')
  })

  it('tells a server that insists on TLS from one that denies access', async () => {
    await show('server')
    await rule('hostssl all all 127.0.0.1/32 scram-sha-256\n')

    const finding = await findingOf('TLS_REQUIRED', { url: server.url })
    await rule(rules)

    expect(finding.message).toContain('user and password are not the reason')
    expect(finding.change).toContain('sslmode=verify-full')
  })

  it('tells a server that denies access from one that insists on TLS', async () => {
    await show('server')
    await rule('hostssl all postgres 127.0.0.1/32 scram-sha-256\n')
    const url = changed(server.url, { username: 'stranger' })

    const finding = await findingOf('ACCESS_DENIED', { url })
    await rule(rules)

    expect(finding.evidence).toMatchObject({ code: '28000' })
    expect(finding.change).toContain('`pg_hba.conf`')
  })

  it('tells a server that asks for a certificate of the client', async () => {
    await show('server')
    await server.sql("ALTER SYSTEM SET ssl_ca_file = 'ca.crt'")
    await rule('hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n')

    const finding = await findingOf('TLS_FAILED', {
      url: secured({ sslmode: 'verify-full', sslrootcert: CA }, '127.0.0.1'),
    })
    await rule(rules)

    expect(finding.change).toContain('`sslcert` and `sslkey`')
  })

  it('tells a file of the URL that cannot be read', async () => {
    const finding = await findingOf('TLS_FILE_UNREADABLE', {
      url: secured({ sslmode: 'verify-full', sslrootcert: join(FILES, 'no-such-file') }),
    })

    expect(finding.evidence).toMatchObject({ code: 'ENOENT' })
    expect(JSON.stringify(finding)).not.toContain('no-such-file')
  })

  it.runIf(runsPgBouncer)(`tells a pooler that insists on TLS${pgBouncerNote}`, async () => {
    const pooler = await startPgBouncer({
      upstream: server.url,
      settings: {
        client_tls_sslmode: 'require',
        client_tls_key_file: join(server.data, 'test-only.key'),
        client_tls_cert_file: join(server.data, 'server.crt'),
      },
    })

    const plain = await findingOf('TLS_REQUIRED', { url: pooler.url })
    const untrusted = await findingOf('TLS_UNTRUSTED', {
      url: changed(pooler.url, { hostname: 'localhost', parameters: { sslmode: 'require' } }),
    })
    await pooler.stop()

    expect(plain.severity).toBe('error')
    expect(untrusted.evidence).toMatchObject({ issuer: 'oneprisma test CA' })
  })

  it('says nothing of TLS where the certificate holds', async () => {
    await show('server')

    const findings = await checkServer({
      url: secured({ sslmode: 'verify-full', sslrootcert: CA }),
    })

    expect(findings.map(({ code }) => code)).toContain('CONNECTION_HOLDERS')
    expect(findings.filter(({ code }) => code.startsWith('TLS_'))).toEqual([])
  })
})

describe('judgeTls', () => {
  const url = readServerUrl('postgresql://app@db.example.com/shop')

  it.each([
    ['off', '203.0.113.7', ['TLS_OFF']],
    ['off', '2606:4700::1111', ['TLS_OFF']],
    ['off', '10.1.2.3', []],
    ['off', '172.31.0.9', []],
    ['off', '192.168.1.1', []],
    ['off', 'fd12::7', []],
    ['off', '127.0.0.1', []],
    ['off', undefined, []],
    ['unverified', '203.0.113.7', ['TLS_UNVERIFIED']],
    ['unverified', '10.1.2.3', ['TLS_UNVERIFIED']],
    ['unverified', '::1', []],
    ['verified', '203.0.113.7', []],
  ] as const)('of TLS %s with %s finds %j', (tls, address, codes) => {
    expect(judgeTls({ tls, address, url }).map(({ code }) => code)).toEqual(codes)
  })
})
