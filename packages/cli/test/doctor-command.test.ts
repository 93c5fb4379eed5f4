import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { startPostgres, type EmbeddedPostgres } from '@oneprisma/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatDoctor } from '../src/doctor/format-doctor.ts'
import type { DoctorFinding } from '../src/doctor/finding.ts'
import { inOrder } from '../src/doctor/in-order.ts'
import { BROKEN, HEALTHY } from './doctor-apps.ts'
import { oneprisma, repository, treeOf } from './cli-program.ts'

const { broken: TOO_OLD } = BROKEN.PRISMA_TOO_OLD

describe('oneprisma doctor', () => {
  it('is content with a healthy app', () => {
    const { code, stdout, stderr } = oneprisma(repository(HEALTHY), ['doctor'])

    expect([code, stdout, stderr]).toEqual([0, '0 errors, 0 warnings, 0 remarks\n', ''])
  })

  it('says what is so, what it was made of, what ends it and where to read on', () => {
    const { code, stdout, stderr } = oneprisma(repository(TOO_OLD), ['doctor'])

    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toMatchInlineSnapshot(`
      "1 warning

        PRISMA_TOO_OLD  package.json:1
          \`@prisma/client\` is 5.22.0; \`@oneprisma/client\` shares clients from 6.16 on.
          found: package = @prisma/client; version = 5.22.0; oldest = 6.16.0
          change: Move \`prisma\` and \`@prisma/client\` to the last 6 (\`npm install prisma@6 @prisma/client@6\`), then to 7.
          https://github.com/oneprisma/oneprisma/blob/main/docs/doctor.md#prisma_too_old

      0 errors, 1 warning, 0 remarks
      "
    `)
  })

  it.each<[failOn: string, code: number, app: string]>([
    ['error', 0, 'a warning'],
    ['warning', 1, 'a warning'],
    ['info', 1, 'a warning'],
    ['never', 0, 'a warning'],
    ['warning', 0, 'a remark'],
    ['info', 1, 'a remark'],
    ['error', 1, 'an error'],
    ['never', 0, 'an error'],
  ])('with --fail-on %s ends with %i for %s', (failOn, code, app) => {
    const apps = {
      'a warning': TOO_OLD,
      'a remark': BROKEN.POOL_SIZE_UNSET.broken,
      'an error': BROKEN.MAJORS_DIFFER.broken,
    }
    // The rows name keys of it.
    const tree = apps[app as keyof typeof apps]

    expect(oneprisma(repository(tree), ['doctor', '--fail-on', failOn]).code).toBe(code)
  })

  it('prints JSON', () => {
    const root = repository(BROKEN.POOL_AS_OPTION.broken)

    const { code, stdout } = oneprisma(root, ['doctor', '--json'])

    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual({
      root,
      findings: [
        {
          code: 'POOL_AS_OPTION',
          severity: 'error',
          path: 'lib/prisma.ts',
          line: 8,
          column: 46,
          message: expect.stringContaining('127.0.0.1:5432'),
          evidence: { option: 'pool', settings: 'pool' },
          change: 'Give it the pool itself: `new PrismaPg(pool)`.',
        },
      ],
    })
  })

  it('prints SARIF', () => {
    const root = repository(BROKEN.POOL_AS_OPTION.broken)

    const { stdout } = oneprisma(root, ['doctor', '--sarif'])
    const { version, runs } = JSON.parse(stdout)
    const [{ tool, results }] = runs

    expect(version).toBe('2.1.0')
    expect(results).toMatchObject([
      {
        ruleId: 'POOL_AS_OPTION',
        level: 'error',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'lib/prisma.ts' },
              region: { startLine: 8, startColumn: 46 },
            },
          },
        ],
      },
    ])
    expect(tool.driver.rules[results[0].ruleIndex]).toMatchObject({
      id: 'POOL_AS_OPTION',
      helpUri: expect.stringMatching(/docs\/doctor\.md#pool_as_option$/),
    })
  })

  it('writes nothing', () => {
    const root = repository(BROKEN.URL_PARAMETER_IGNORED.broken)
    const before = treeOf(root)

    oneprisma(root, ['doctor'])
    oneprisma(root, ['doctor', '--json'])

    expect(treeOf(root)).toEqual(before)
  })

  it('tells how many files it could not read as programs', () => {
    const root = repository({
      ...HEALTHY,
      'lib/broken.ts':
        "import { PrismaClient } from '@prisma/client'\nconst = new PrismaClient()\n",
    })

    const { code, stdout, stderr } = oneprisma(root, ['doctor', '--json'])

    expect(code).toBe(0)
    expect(JSON.parse(stdout).findings).toEqual([])
    expect(stderr).toBe('1 file could not be read as programs; `oneprisma inventory` lists them.\n')
  })

  it.each<[args: readonly string[], message: RegExp]>([
    [['--fail-on', 'all'], /--fail-on is error, warning, info or never/],
    [['--json', '--sarif'], /--json and --sarif do not go together/],
    [['--surge', '2'], /--surge goes with --instances/],
    [['--instances', 'many'], /--instances is a whole number/],
    [['--live', '--url-env', 'no name'], /take the name of a variable/],
  ])('cannot run with %s', (args, message) => {
    const { code, stdout, stderr } = oneprisma(repository(HEALTHY), ['doctor', ...args])

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^USAGE: /)
    expect(stderr).toMatch(message)
  })

  it.each<[args: readonly string[], code: string]>([
    [['--live'], 'URL_MISSING'],
    [['--live', '--url-env', 'SHOP_URL'], 'URL_MISSING'],
    [['--live', '--env-from', '.env.missing'], 'FILE_UNREADABLE'],
  ])('has no server to ask with %s', (args, code) => {
    const root = repository(HEALTHY)

    const ended = oneprisma(root, ['doctor', ...args])

    expect([ended.code, ended.stdout]).toEqual([2, ''])
    expect(ended.stderr.split(':')[0]).toBe(code)
  })
})

describe('oneprisma doctor --live', () => {
  let server: EmbeddedPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  it('asks the server that the variable of the code names', () => {
    const root = repository(HEALTHY)
    const env = { DATABASE_URL: server.url }

    const { code, stdout, stderr } = oneprisma(root, ['doctor', '--live', '--json'], { env })

    const { findings } = JSON.parse(stdout)
    expect(stderr).toBe('Asking the server that DATABASE_URL names ...\n')
    expect(findings.length).toBeGreaterThan(0)
    expect(findings.every(({ path }: DoctorFinding) => path === undefined)).toBe(true)
    const worst = new Set(findings.map(({ severity }: DoctorFinding) => severity))
    expect(code).toBe(worst.has('error') || worst.has('warning') ? 1 : 0)
  })

  it('hands over how many pools there will be, and how large the code makes them', () => {
    const root = repository({
      ...HEALTHY,
      'lib/prisma.ts': BROKEN.POOL_SIZE_UNSET.fixed['lib/prisma.ts'] ?? '',
    })
    const env = { DATABASE_URL: server.url }
    const args = [
      'doctor',
      '--live',
      '--json',
      '--instances',
      '1000',
      '--surge',
      '0',
      '--pools',
      '2',
    ]

    const { stdout } = oneprisma(root, args, { env })

    const found = JSON.parse(stdout).findings.find(
      ({ code }: DoctorFinding) => code === 'POOL_EXCEEDS_SERVER',
    )
    expect(found).toMatchObject({
      severity: 'error',
      evidence: { instances: 1000, surge: 0, poolsPerProcess: 2, poolMax: 5 },
    })
  })

  it.each<[where: string, name: string, args: readonly string[]]>([
    ['.env of the root', '.env', []],
    ['the file that is named', 'ops/live.env', ['--env-from', 'ops/live.env']],
  ])('takes the connection string from %s', (_, name, args) => {
    const root = repository({ ...HEALTHY, [name]: `DATABASE_URL="${server.url}"\n` })

    const { code, stdout } = oneprisma(root, ['doctor', '--live', ...args])
    rmSync(join(root, name))

    expect(code).toBeLessThan(2)
    expect(stdout).toContain('remarks')
    expect(oneprisma(root, ['doctor', '--live']).code).toBe(2)
  })
})

describe('formatDoctor', () => {
  const base: DoctorFinding = {
    code: 'POOL_SIZE_UNSET',
    severity: 'info',
    path: 'b.ts',
    line: 2,
    column: 3,
    message: 'It is so.',
    evidence: { made: 'Pool', settings: '' },
    change: 'Do it.',
  }

  it('says once what is the same at several places', () => {
    const findings = [
      base,
      { ...base, path: 'a.ts', evidence: { made: 'Pool', settings: 'max' } },
      { ...base, message: 'It is another thing.' },
    ].toSorted(inOrder)

    expect(formatDoctor(findings)).toMatchInlineSnapshot(`
      "3 remarks

        POOL_SIZE_UNSET  2 places
          It is so.
          found: made = Pool
          change: Do it.
          https://github.com/oneprisma/oneprisma/blob/main/docs/doctor.md#pool_size_unset
          - a.ts:2:3
          - b.ts:2:3

        POOL_SIZE_UNSET  b.ts:2:3
          It is another thing.
          found: made = Pool
          change: Do it.
          https://github.com/oneprisma/oneprisma/blob/main/docs/doctor.md#pool_size_unset

      0 errors, 0 warnings, 3 remarks
      "
    `)
  })

  it('puts the gravest first, and what is about the server last', () => {
    const { path: _path, line: _line, column: _column, ...server } = base
    const findings: readonly DoctorFinding[] = [
      { ...base, severity: 'info' },
      { ...server, severity: 'error' },
      { ...base, severity: 'error' },
      { ...base, severity: 'warning' },
    ]

    expect(
      findings.toSorted(inOrder).map(({ severity, path }) => `${severity} ${path ?? 'server'}`),
    ).toEqual(['error b.ts', 'error server', 'warning b.ts', 'info b.ts'])
  })

  it('wraps to the terminal, and lets no file name act on it', () => {
    const text = formatDoctor(
      [{ ...base, path: 'a\u001B[31m.ts', message: 'word '.repeat(20).trim() + '.' }],
      {
        width: 40,
      },
    )

    expect(text).not.toContain('\u001B')
    expect(
      Math.max(
        ...text
          .split('\n')
          .filter((line) => line.includes('word'))
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(40)
  })
})
