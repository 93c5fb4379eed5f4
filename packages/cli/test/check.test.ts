import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ADOPTED, EXPRESS, ROUTE } from './cli-fixtures.ts'
import { oneprisma, repository } from './cli-program.ts'
import { addFiles } from './project-fixture.ts'

const BASELINE = '.oneprisma-baseline.json'
const PAGE = 'docs/backend/prisma-usage-inventory.md'

function read(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

describe('check', () => {
  it('is content with a repository that shares its client', () => {
    const { code, stdout, stderr } = oneprisma(repository(ADOPTED), ['check'])

    expect([code, stdout, stderr]).toEqual([0, '0 sites\n', ''])
  })

  it('finds a site that is new', () => {
    const root = repository(ADOPTED)
    addFiles(root, { 'routes/carts.js': ROUTE })

    const { code, stdout } = oneprisma(root, ['check'])

    expect(code).toBe(1)
    expect(stdout).toMatch(/^routes\/carts\.js:2:16 {2}rewrite {2}MODULE_CLIENT {2}/)
    expect(stdout).toMatch(/\n1 site: 1 rewrite\n$/)
  })

  it('finds a site that a person has to review', () => {
    const review = ROUTE.replace('PrismaClient()', `PrismaClient({ log: ['query'] })`)
    const root = repository({ ...ADOPTED, 'routes/carts.js': review })

    const { code, stdout } = oneprisma(root, ['check'])

    expect(code).toBe(1)
    expect(stdout).toContain('LOG_OPTIONS')
  })

  it('lets the clients of tests, and others that are kept, be', () => {
    const root = repository({ ...ADOPTED, 'routes/users.test.js': ROUTE })

    expect(oneprisma(root, ['check']).code).toBe(0)
    expect(JSON.parse(oneprisma(root, ['inventory', '--json']).stdout).sites).toHaveLength(2)
  })

  it('shows a file that could not be read as a program, and does not fail for it', () => {
    const root = repository({ ...ADOPTED, 'routes/broken.js': `${ROUTE}const = 1\n` })

    const { code, stdout } = oneprisma(root, ['check'])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^routes\/broken\.js:7 {2}unparsed {2}/)
    expect(stdout).toMatch(/\n0 sites; 1 file unparsed\n$/)
  })

  it('prints JSON', () => {
    const root = repository(EXPRESS)

    const { code, stdout } = oneprisma(root, ['check', '--json'])

    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      root,
      sites: [
        { path: 'prisma/seed.js' },
        { path: 'routes/orders.js' },
        { path: 'routes/users.js' },
      ],
      notes: [],
      unparsed: [],
    })
  })

  it('prints SARIF', () => {
    const { code, stdout } = oneprisma(repository(EXPRESS), ['check', '--sarif'])

    const { version, runs } = JSON.parse(stdout)
    expect(code).toBe(1)
    expect(version).toBe('2.1.0')
    expect(runs[0].results).toHaveLength(3)
    expect(runs[0].results[2]).toMatchObject({
      ruleId: 'MODULE_CLIENT',
      level: 'error',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'routes/users.js' } } }],
    })
  })

  it('prints annotations for GitHub', () => {
    const { code, stdout } = oneprisma(repository(EXPRESS), ['check', '--github'])

    expect(code).toBe(1)
    expect(stdout.split('\n')).toHaveLength(4)
    expect(stdout).toMatch(/^::error file=prisma\/seed\.js,line=2,col=16,title=.+::.+\n/)
  })

  it.each([['--json'], ['--sarif'], ['--github']])(
    'ends with 0 in the format of %s too',
    (format) => {
      expect(oneprisma(repository(ADOPTED), ['check', format]).code).toBe(0)
    },
  )
})

describe('check of the page', () => {
  it('finds a page that is out of date', () => {
    const root = repository(ADOPTED)
    oneprisma(root, ['inventory', '--write'])
    addFiles(root, { 'routes/users.test.js': ROUTE })

    const { code, stdout } = oneprisma(root, ['check', '--json'])

    expect(code).toBe(1)
    expect(JSON.parse(stdout).notes).toEqual([
      {
        code: 'INVENTORY_STALE',
        path: PAGE,
        line: 1,
        column: 1,
        message: expect.stringContaining('Run `oneprisma inventory --write` and commit the page.'),
      },
    ])
  })

  it('lets a page pass whose sites have only moved', () => {
    const root = repository(ADOPTED)
    oneprisma(root, ['inventory', '--write'])
    addFiles(root, { 'lib/prisma.js': `// One client.\n\n${read(root, 'lib/prisma.js')}` })

    expect(oneprisma(root, ['check']).code).toBe(0)
  })

  it('finds that a page is missing only where it was asked for', () => {
    const root = repository(ADOPTED)

    const { code, stdout } = oneprisma(root, ['check', '--page', 'docs/prisma.md'])

    expect(oneprisma(root, ['check']).code).toBe(0)
    expect(code).toBe(1)
    expect(stdout).toContain('`oneprisma inventory --write --page docs/prisma.md`')
  })

  it('finds markers that are no pair, at their line', () => {
    const root = repository(ADOPTED)
    oneprisma(root, ['inventory', '--write'])
    writeFileSync(
      join(root, PAGE),
      read(root, PAGE).replace(/<!-- oneprisma:inventory:end -->/, ''),
    )

    const { code, stdout } = oneprisma(root, ['check', '--json'])

    expect(code).toBe(1)
    expect(JSON.parse(stdout).notes).toMatchObject([{ code: 'INVENTORY_MARKERS_BROKEN', line: 5 }])
  })
})

describe('check with a baseline', () => {
  function withBaseline(): string {
    const root = repository(EXPRESS)
    const { code, stdout, stderr } = oneprisma(root, ['check', '--write-baseline'])
    expect([code, stdout, stderr]).toEqual([0, '', `Wrote ${BASELINE}.\n`])
    return root
  }

  it('allows what is in it', () => {
    const root = withBaseline()

    const { code, stdout } = oneprisma(root, ['check'])

    expect([code, stdout]).toEqual([0, '0 sites\n'])
    expect(JSON.parse(read(root, BASELINE)).sites).toHaveLength(3)
  })

  it('finds what is new since', () => {
    const root = withBaseline()
    addFiles(root, { 'routes/carts.js': ROUTE })

    const { code, stdout } = oneprisma(root, ['check', '--json'])

    expect(code).toBe(1)
    expect(JSON.parse(stdout).sites).toMatchObject([{ path: 'routes/carts.js' }])
  })

  it('knows a site again that has moved by a few lines', () => {
    const root = withBaseline()
    addFiles(root, { 'routes/users.js': `// Users.\n\n\n${ROUTE}` })

    expect(oneprisma(root, ['check']).code).toBe(0)
  })

  it('finds that it is stale, and shrinks it', () => {
    const root = withBaseline()
    rmSync(join(root, 'routes/users.js'))

    const stale = oneprisma(root, ['check', '--json'])
    const shrunk = oneprisma(root, ['check', '--write-baseline'])
    addFiles(root, { 'routes/users.js': ROUTE })

    expect(stale.code).toBe(1)
    expect(JSON.parse(stale.stdout).notes).toMatchObject([
      { code: 'BASELINE_STALE', path: BASELINE },
    ])
    expect(shrunk.code).toBe(0)
    expect(JSON.parse(read(root, BASELINE)).sites).toHaveLength(2)
    expect(oneprisma(root, ['check']).code).toBe(1)
  })

  it('does not let it grow', () => {
    const root = withBaseline()
    const before = read(root, BASELINE)
    addFiles(root, { 'routes/carts.js': ROUTE })

    const { code, stderr } = oneprisma(root, ['check', '--write-baseline'])

    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^BASELINE_WOULD_GROW: The baseline only shrinks, and 1 site would be new/,
    )
    expect(read(root, BASELINE)).toBe(before)
  })

  it('leaves it alone where it is right', () => {
    const root = withBaseline()
    const before = read(root, BASELINE)

    const { stderr } = oneprisma(root, ['check', '--write-baseline'])

    expect(stderr).toBe(`${BASELINE} is current.\n`)
    expect(read(root, BASELINE)).toBe(before)
  })

  it('reads it from another place', () => {
    const root = repository(EXPRESS)

    oneprisma(root, ['check', '--write-baseline', '--baseline', 'ci/prisma.json'])

    expect(oneprisma(root, ['check']).code).toBe(1)
    expect(oneprisma(root, ['check', '--baseline', 'ci/prisma.json']).code).toBe(0)
  })

  it.each<[what: string, text: string]>([
    ['is no JSON', '{ "version": 1, '],
    ['is of another kind', '{ "version": 2, "sites": [] }'],
  ])('cannot run where it %s', (_, text) => {
    const root = repository({ ...EXPRESS, [BASELINE]: text })

    const { code, stdout, stderr } = oneprisma(root, ['check'])

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^BASELINE_INVALID: .*--write-baseline`\.\n$/)
  })
})
