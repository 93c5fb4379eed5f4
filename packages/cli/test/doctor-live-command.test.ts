import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DoctorFinding } from '../src/doctor/finding.ts'
import { oneprisma, type Ended } from './cli-program.ts'
import { changed, PASSWORD, startDoctorServer, type DoctorServer } from './doctor-server.ts'
import { plant } from './project-fixture.ts'

let server: DoctorServer
let url: string

beforeAll(async () => {
  server = await startDoctorServer()
  url = await server.role('app')
  await server.sql('CREATE TABLE "Account" (id text, "userId" text, "providerAccountId" text)')
  await server.sql('CREATE TABLE "Login" (token text, identifier text)')
})

afterAll(() => server.stop())

/** Runs the built command on an app with a pool of 60, and with tables of NextAuth. */
function doctor(args: readonly string[], env: Readonly<Record<string, string>>): Ended {
  const root = plant({
    'package.json': {
      name: 'shop',
      private: true,
      type: 'module',
      dependencies: {
        '@next-auth/prisma-adapter': '^1.0.7',
        '@oneprisma/client': '^0.1.0',
        '@prisma/adapter-pg': '^7.10.1',
        '@prisma/client': '^7.10.0',
      },
    },
    'prisma/schema.prisma': `generator client {
  provider = "prisma-client"
  output   = "../generated/prisma"
}

datasource db {
  provider = "postgresql"
}

model VerificationToken {
  identifier String
  token      String @unique

  @@unique([identifier, token])
  @@map("Login")
}
`,
    'lib/prisma.ts': `import { PrismaPg } from '@prisma/adapter-pg'
import { sharePrisma } from '@oneprisma/client'
import { pgPool } from '@oneprisma/client/pg'
import { PrismaClient } from '../generated/prisma/client'

export const prisma = sharePrisma(({ observe }) => {
  const { config, options } = pgPool(process.env.DATABASE_URL, { max: 60, statementTimeoutMs: 30_000 })
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)) })
})
`,
  })
  return oneprisma(root, ['doctor', '--live', ...args], { env })
}

function findingsIn({ stdout }: Ended): readonly DoctorFinding[] {
  // The command prints what it has found in this shape.
  return (JSON.parse(stdout) as { findings: DoctorFinding[] }).findings
}

describe('oneprisma doctor --live', () => {
  it('holds what the code says against the server, and shows no secret', () => {
    const ended = doctor(['--json', '--instances', '2', '--surge', '1'], { DATABASE_URL: url })

    const findings = findingsIn(ended)
    expect(ended.code).toBe(1)
    expect(findings.find(({ code }) => code === 'POOL_EXCEEDS_SERVER')?.evidence).toMatchObject({
      instances: 2,
      surge: 1,
      poolMax: 60,
      wanted: 180,
    })
    const codes = findings.map(({ code }) => code)
    expect(codes).toContain('IDLE_TRANSACTION_TIMEOUT_MISSING')
    // The pool has this one.
    expect(codes).not.toContain('STATEMENT_TIMEOUT_MISSING')
    const tables = findings
      .filter(({ code }) => code === 'AUTH_INDEX_NOT_IN_DATABASE')
      .map(({ evidence }) => evidence['table'])
    expect(tables).toEqual(['Account', 'Login'])
    const text = ended.stdout + ended.stderr
    expect(text).not.toContain(PASSWORD)
    expect(text).not.toContain(encodeURIComponent(PASSWORD))
    expect(text).not.toContain('postgresql://')
  })

  it('prints the same for a person', () => {
    const { code, stdout, stderr } = doctor([], { DATABASE_URL: url })

    expect(code).toBe(1)
    expect(stdout).toContain('LOCK_TIMEOUT_MISSING')
    expect(stdout).toContain(`change: \`ALTER ROLE "app" SET lock_timeout = '10s'\``)
    expect(stderr).toContain('Asking the server that DATABASE_URL names ...')
  })

  it('ends with a finding where it reaches no server', () => {
    const ended = doctor(['--json', '--fail-on', 'error'], {
      DATABASE_URL: changed(url, { password: 'of-nobody' }),
    })

    const live = findingsIn(ended).filter(({ path }) => path === undefined)
    expect(live.map(({ code }) => code)).toEqual(['ACCESS_DENIED'])
    expect(ended.code).toBe(1)
    expect(ended.stdout + ended.stderr).not.toContain('of-nobody')
  })

  it('says of another database that it does not know it', () => {
    const ended = doctor(['--json'], { DATABASE_URL: 'mysql://app:of-nobody@127.0.0.1/shop' })

    expect(findingsIn(ended).map(({ code }) => code)).toContain('SERVER_NOT_COVERED')
  })
})
