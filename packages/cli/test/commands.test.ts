import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { ADOPTED, EXPRESS, NEXT, ROUTE, SCHEMA_6 } from './cli-fixtures.ts'
import { commit, ENV, git, oneprisma, repository, treeOf } from './cli-program.ts'
import { addFiles, plant } from './project-fixture.ts'

const PAGE = 'docs/backend/prisma-usage-inventory.md'

const SITE = {
  path: 'routes/users.js',
  line: 2,
  column: 16,
  kind: 'new',
  context: 'api-route',
  lifetime: 'process',
  decision: 'rewrite',
  reason: 'MODULE_CLIENT',
  binding: 'require-destructure',
  importSource: '@prisma/client',
}

function read(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

describe('what is not asked for', () => {
  it.each([
    ['inventory'],
    ['inventory --json'],
    ['inventory --sarif'],
    ['init'],
    ['init --json'],
    ['init --script scripts/report.js'],
    ['migrate'],
    ['migrate --json'],
    ['migrate --accept ADAPTER_OPTIONS,LOG_OPTIONS'],
    ['migrate --middleware'],
    ['check'],
    ['check --json'],
    ['check --github'],
    ['adopt'],
    ['adopt --allow-dirty --accept LOG_OPTIONS'],
  ])('is not written, not a byte, by `%s`', (command) => {
    const root = repository(EXPRESS)
    const before = treeOf(root)

    oneprisma(root, command.split(' '))

    expect(treeOf(root)).toEqual(before)
  })
})

describe('inventory', () => {
  it('prints each site as JSON', () => {
    const root = repository({ ...EXPRESS, 'routes/broken.js': `${ROUTE}\nconst = 1\n` })

    const { stdout } = oneprisma(root, ['inventory', '--json'])

    expect(JSON.parse(stdout)).toEqual({
      root,
      sites: [
        { ...SITE, path: 'prisma/seed.js', context: 'seed', lifetime: 'run' },
        { ...SITE, path: 'routes/orders.js' },
        SITE,
      ],
      notes: [],
      unparsed: [{ path: 'routes/broken.js', line: 8, message: expect.any(String) }],
    })
  })

  it('prints the same in SARIF, which names its version', () => {
    const root = repository(EXPRESS)
    const version = oneprisma(root, ['--version']).stdout.trim()

    const { runs } = JSON.parse(oneprisma(root, ['inventory', '--sarif']).stdout)

    expect(runs[0].tool.driver.version).toBe(version)
    expect(runs[0].results).toHaveLength(3)
  })

  it('writes a page, which it finds current from then on', () => {
    const root = repository(EXPRESS)

    const first = oneprisma(root, ['inventory', '--write'])
    const page = read(root, PAGE)
    const second = oneprisma(root, ['inventory', '--write'])

    expect(first.stderr).toBe(`Wrote ${PAGE}.\n`)
    expect(page).toContain('`routes/users.js:2`')
    expect(second.stderr).toBe(`${PAGE} is current.\n`)
    expect(read(root, PAGE)).toBe(page)
  })

  it('keeps what people wrote on the page', () => {
    const root = repository(EXPRESS)
    oneprisma(root, ['inventory', '--write'])
    const noted = read(root, PAGE)
      .replace('# Prisma clients of this repository', '# Our clients\n\nAda looks after them.')
      .replace(/(`routes\/users\.js:2`.*)\|(\s*)\|$/m, '$1| ask Ada |')
    writeFileSync(join(root, PAGE), noted)
    addFiles(root, { 'routes/carts.js': ROUTE })

    oneprisma(root, ['inventory', '--write'])

    expect(noted).toContain('| ask Ada |')
    expect(read(root, PAGE)).toContain('# Our clients\n\nAda looks after them.')
    expect(read(root, PAGE)).toMatch(/`routes\/users\.js:2`.*\| ask Ada +\|$/m)
    expect(read(root, PAGE)).toContain('`routes/carts.js:2`')
  })

  it('writes to another page', () => {
    const root = repository(EXPRESS)

    const { stderr } = oneprisma(root, ['inventory', '--write', '--page', './prisma.md'])

    expect(stderr).toBe('Wrote prisma.md.\n')
    expect(read(root, 'prisma.md')).toContain('`routes/users.js:2`')
    expect(existsSync(join(root, PAGE))).toBe(false)
  })

  it.each<[what: string, make: (page: string, root: string) => void, message: RegExp]>([
    [
      'a folder',
      (page) => mkdirSync(page),
      /^FILE_UNREADABLE: "docs\/page\.md" cannot be read \(EIS/,
    ],
    [
      'no UTF-8',
      (page) => writeFileSync(page, Buffer.from('caf\u00E9', 'latin1')),
      /^FILE_UNREADABLE: "docs\/page\.md" cannot be read \(it is not UTF-8\)\. It has to be/,
    ],
    [
      'a link',
      (page) => symlinkSync('../server.js', page),
      /^PLACE_REFUSED: "docs\/page\.md" is not written: it is a symbolic link\./,
    ],
    [
      'below a link that leads out',
      (page, root) => {
        rmSync(join(root, 'docs'), { recursive: true })
        symlinkSync(plant({}), join(root, 'docs'))
      },
      /^PLACE_REFUSED: "docs\/page\.md" is not written: one of its folders is a link that leads out/,
    ],
  ])('does not write where the page is %s', (_, make, message) => {
    const root = repository({ ...EXPRESS, 'docs/other.md': '' })
    make(join(root, 'docs/page.md'), root)
    const before = treeOf(root)

    const { code, stdout, stderr } = oneprisma(root, [
      'inventory',
      '--write',
      '--page',
      'docs/page.md',
    ])

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(treeOf(root)).toEqual(before)
  })
})

describe('migrate', () => {
  it('prints the inventory with the edits that --write makes', () => {
    const root = repository(EXPRESS)
    const printed = JSON.parse(oneprisma(root, ['migrate', '--json']).stdout)
    const before = Object.fromEntries(Object.keys(EXPRESS).map((path) => [path, read(root, path)]))

    oneprisma(root, ['migrate', '--write'])

    expect(printed).toMatchObject({
      root,
      sites: [{ path: 'prisma/seed.js' }, { path: 'routes/orders.js' }, SITE],
      notes: [],
      unparsed: [],
      target: { path: 'lib/prisma.js', format: 'cjs', exists: false },
      targets: [{ path: 'lib/prisma.js' }],
      dependencies: [{ path: 'package.json', name: '@oneprisma/client' }],
    })
    expect(printed.edits.map(({ path }: { path: string }) => path)).toEqual([
      'lib/prisma.js',
      'prisma/seed.js',
      'routes/orders.js',
      'routes/users.js',
      'package.json',
    ])
    for (const { path, created, text, edits } of printed.edits) {
      const after = created ? text : apply(before[path] ?? '', edits)
      expect(after).toBe(read(root, path))
    }
  })

  it('prints a diff that git applies', () => {
    const [root, other] = [repository(EXPRESS), repository(EXPRESS)]
    const { stdout } = oneprisma(root, ['migrate'])
    oneprisma(other, ['migrate', '--write'])

    const { status, stderr } = spawnSync('git', ['apply'], { cwd: root, input: stdout, env: ENV })
    git(root, 'add', '--all')
    git(other, 'add', '--all')

    expect([status, String(stderr)]).toEqual([0, ''])
    expect(git(root, 'write-tree')).toBe(git(other, 'write-tree'))
  })

  it('has nothing to do the second time', () => {
    const root = repository(EXPRESS)
    oneprisma(root, ['migrate', '--write'])
    const after = treeOf(root)

    const { code, stderr } = oneprisma(root, ['migrate', '--write'])

    expect([code, stderr]).toEqual([0, 'There is nothing to rewrite.\n'])
    expect(treeOf(root)).toEqual(after)
  })

  it('says what to install', () => {
    expect(oneprisma(repository(EXPRESS), ['migrate', '--write']).stderr).toBe(
      'Wrote 5 files. Look at `git diff`, and run your tests.\nInstall what the rewritten files need: @oneprisma/client.\n',
    )
  })

  it('leaves a missing package.json missing, and says what it would need', () => {
    const root = repository({ 'db.js': ROUTE, 'prisma/schema.prisma': SCHEMA_6 })

    const { code, stderr } = oneprisma(root, ['migrate', '--write'])

    expect(code).toBe(0)
    expect(stderr).toContain('Install what the rewritten files need: @oneprisma/client')
    expect(existsSync(join(root, 'package.json'))).toBe(false)
  })

  it.each<[what: string, text: string | Buffer]>([
    ['is no JSON', '{ "name": "shop", '],
    ['is no object', '["shop"]'],
    ['is no UTF-8', Buffer.from('{ "name": "caf\u00E9" }', 'latin1')],
    ['has comments', '{\n  // The shop.\n  "name": "shop"\n}\n'],
  ])('leaves a package.json alone that %s', (_, text) => {
    const root = repository({ ...EXPRESS, 'package.json': text })

    const { code } = oneprisma(root, ['migrate', '--write'])

    expect(code).toBe(0)
    expect(readFileSync(join(root, 'package.json'))).toEqual(Buffer.from(text))
  })

  it('leaves a package.json alone that is a link', () => {
    const { 'package.json': manifest = '', ...rest } = EXPRESS
    const root = repository({ ...rest, 'config/package.json': manifest })
    symlinkSync('config/package.json', join(root, 'package.json'))
    commit(root)

    expect(oneprisma(root, ['migrate', '--write']).code).toBe(0)
    expect(read(root, 'package.json')).toBe(manifest)
  })

  it('adds to the dependencies of the package, not to those of another object', () => {
    const extensions = { left: { dependencies: { pad: '1' } } }
    const dependencies = { '@prisma/client': '^6.16.0' }
    const manifest = { name: 'shop', pnpm: { packageExtensions: extensions }, dependencies }
    const root = repository({ ...EXPRESS, 'package.json': manifest })

    oneprisma(root, ['migrate', '--write'])

    expect(JSON.parse(read(root, 'package.json'))).toEqual({
      ...manifest,
      dependencies: { '@oneprisma/client': expect.any(String), ...dependencies },
    })
  })

  it('rewrites middleware, and nothing else, by --middleware', () => {
    const root = repository({
      ...EXPRESS,
      'routes/users.js': ROUTE.replace(
        'new PrismaClient()\n',
        'new PrismaClient()\nprisma.$use((params, next) => next(params))\n',
      ),
    })

    const { edits } = JSON.parse(oneprisma(root, ['migrate', '--middleware', '--json']).stdout)

    expect(edits.map(({ path }: { path: string }) => path)).toEqual(['routes/users.js'])
  })
})

describe('the gate of git', () => {
  const WRITING = [['init --write'], ['migrate --write'], ['adopt --yes --no-install']]

  it.each(WRITING)('stops `%s` where a file has changes', (command) => {
    const root = repository(EXPRESS)
    addFiles(root, { 'server.js': '// changed\n' })
    // git would like to write the new time into its index.
    utimesSync(join(root, 'routes/users.js'), 1, 1)
    const before = treeOf(root)

    const { code, stderr } = oneprisma(root, command.split(' '))

    expect(code).toBe(2)
    expect(stderr).toContain('GIT_DIRTY: This folder has changes that are not committed.')
    expect(treeOf(root)).toEqual(before)
  })

  it.each(WRITING)('is passed by `%s --allow-dirty`', (command) => {
    const root = repository(EXPRESS)
    addFiles(root, { 'server.js': '// changed\n' })

    expect(oneprisma(root, [...command.split(' '), '--allow-dirty']).code).toBe(0)
    expect(existsSync(join(root, 'lib/prisma.js'))).toBe(true)
    expect(read(root, 'server.js')).toBe('// changed\n')
  })

  it('stops where a file would be changed that git does not have', () => {
    const root = repository(EXPRESS)
    addFiles(root, { 'routes/carts.js': ROUTE })
    const before = treeOf(root)

    expect(oneprisma(root, ['migrate', '--write']).stderr).toMatch(/^GIT_DIRTY: /)
    expect(treeOf(root)).toEqual(before)
  })

  it('stops where a change is staged, or nothing was ever committed', () => {
    const staged = repository(EXPRESS)
    addFiles(staged, { 'server.js': '// changed\n' })
    git(staged, 'add', '--all')
    const fresh = plant(EXPRESS)
    git(fresh, 'init', '--quiet')

    expect(oneprisma(staged, ['migrate', '--write']).code).toBe(2)
    expect(oneprisma(fresh, ['migrate', '--write']).code).toBe(2)
  })

  it('lets files pass that git does not have and that stay as they are', () => {
    const root = repository(EXPRESS)
    addFiles(root, { 'notes.txt': 'mine', 'routes/other.js': 'module.exports = 1\n' })

    expect(oneprisma(root, ['migrate', '--write']).code).toBe(0)
  })

  it('lets a submodule with changes pass: nothing in it is changed', () => {
    const root = repository(EXPRESS)
    const inner = join(root, 'vendor/inner')
    addFiles(inner, { 'index.js': '1\n' })
    git(inner, 'init', '--quiet')
    commit(inner)
    git(root, '-c', 'advice.addEmbeddedRepo=false', 'add', 'vendor/inner')
    commit(root)
    addFiles(inner, { 'index.js': '2\n' })

    expect(oneprisma(root, ['migrate', '--write']).code).toBe(0)
  })

  it('takes file names as they are, not as patterns', () => {
    const route = 'pages/api/[id].js'
    const root = repository({ ...EXPRESS, [route]: ROUTE })
    // To git, `[id]` is one of two letters.
    addFiles(root, { 'pages/api/i.js': 'module.exports = 1\n' })

    const { code } = oneprisma(root, ['migrate', '--write'])

    expect(code).toBe(0)
    expect(read(root, route)).not.toContain('PrismaClient')
  })

  it('looks at a folder of a repository, and not beside it', () => {
    const root = repository({ 'README.md': 'Two packages.\n' })
    addFiles(join(root, 'api'), EXPRESS)
    commit(root)
    addFiles(root, { 'README.md': 'Changed.\n' })

    const beside = oneprisma(root, ['migrate', 'api', '--write'])
    addFiles(root, { 'api/server.js': '// changed\n' })
    const within = oneprisma(root, ['init', 'api', '--write', '--script', 'x.js'])

    expect(beside.code).toBe(0)
    expect(within.code).toBe(0)
    expect(read(root, 'api/routes/users.js')).not.toContain('PrismaClient')
  })

  it('writes where there is no repository, and says that nothing takes it back', () => {
    const root = plant(EXPRESS)

    const { code, stderr } = oneprisma(root, ['migrate', '--write'])

    expect(code).toBe(0)
    expect(stderr).toMatch(/^There is no git repository here, so nothing but a copy of yours could/)
    expect(read(root, 'routes/users.js')).not.toContain('PrismaClient')
  })

  it('stops where there is a repository that git cannot read', () => {
    const root = repository(EXPRESS)
    writeFileSync(join(root, '.git/index'), 'no index')
    const before = treeOf(root)

    const { code, stderr } = oneprisma(root, ['migrate', '--write'])

    expect(code).toBe(2)
    expect(stderr).toMatch(/^GIT_UNREADABLE: There is a repository at ".*", and git does not tell/)
    expect(treeOf(root)).toEqual(before)
  })

  it('runs nothing that the repository, or a submodule, names', () => {
    const root = repository(EXPRESS)
    const inner = join(root, 'vendor/inner')
    addFiles(inner, { 'index.js': '1\n' })
    git(inner, 'init', '--quiet')
    commit(inner)
    git(root, '-c', 'advice.addEmbeddedRepo=false', 'add', 'vendor/inner')
    commit(root)
    const mark = join(root, 'executed')
    const program = join(root, '.git/program')
    writeFileSync(program, `#!/bin/sh\necho ran >> "${mark}"\n`, { mode: 0o755 })
    mkdirSync(join(root, '.git/hooks'), { recursive: true })
    writeFileSync(join(root, '.git/hooks/post-index-change'), read(root, '.git/program'), {
      mode: 0o755,
    })
    for (const folder of [root, inner]) git(folder, 'config', 'core.fsmonitor', program)
    // The index is out of date, so that git would like to write it.
    utimesSync(join(root, 'server.js'), 1, 1)
    rmSync(mark, { force: true })

    const { code } = oneprisma(root, ['migrate', '--write'])

    expect(code).toBe(0)
    expect(existsSync(mark)).toBe(false)
  })
})

describe('init', () => {
  it('writes TypeScript for Next.js and Prisma 7, with an adapter', () => {
    const root = repository(NEXT)

    const { code, stderr } = oneprisma(root, ['init', '--write'])

    expect([code, stderr]).toEqual([0, 'Wrote lib/prisma.ts, package.json.\n'])
    expect(read(root, 'lib/prisma.ts')).toContain('sharePrisma')
    expect(read(root, 'lib/prisma.ts')).toContain('PrismaPg')
    expect(JSON.parse(read(root, 'package.json')).dependencies).toEqual({
      '@oneprisma/client': expect.any(String),
      '@prisma/adapter-pg': expect.any(String),
      '@prisma/client': '^7.0.0',
      next: '^16.0.0',
    })
    expect(read(root, 'app/api/users/route.ts')).toContain('new PrismaClient()')
  })

  it('writes CommonJS for Express in JavaScript and Prisma 6, without an adapter', () => {
    const root = repository(EXPRESS)

    oneprisma(root, ['init', '--write'])

    expect(read(root, 'lib/prisma.js')).toContain('module.exports = prisma')
    expect(read(root, 'lib/prisma.js')).not.toContain('adapter')
    expect(read(root, 'lib/prisma.js')).not.toContain('import ')
  })

  it('writes the module of a repository that has no client yet', () => {
    const { 'package.json': manifest = '', 'prisma/schema.prisma': schema = '' } = EXPRESS
    const root = repository({ 'package.json': manifest, 'prisma/schema.prisma': schema })

    oneprisma(root, ['init', '--write'])

    expect(read(root, 'lib/prisma.js')).toContain('sharePrisma')
  })

  it('upgrades a module in place, with its exports and its log', () => {
    const { 'lib/prisma.js': _, ...rest } = ADOPTED
    const root = repository({
      ...rest,
      'lib/db.js': `const { PrismaClient } = require('@prisma/client')

const db = globalThis.db ?? new PrismaClient({ log: ['error'] })
if (process.env.NODE_ENV !== 'production') globalThis.db = db

module.exports = { db }
`,
      'routes/users.js': `const { db } = require('../lib/db')\nmodule.exports = () => db.user.findMany()\n`,
    })

    const { code } = oneprisma(root, ['init', '--write'])

    expect(code).toBe(0)
    expect(existsSync(join(root, 'lib/prisma.js'))).toBe(false)
    expect(read(root, 'lib/db.js')).toContain('sharePrisma')
    expect(read(root, 'lib/db.js')).toContain(`log: ['error']`)
    expect(read(root, 'lib/db.js')).toContain('module.exports = { db }')
    expect(read(root, 'lib/db.js')).not.toContain('globalThis')
  })

  it('has nothing to write the second time', () => {
    const root = repository(NEXT)
    oneprisma(root, ['init', '--write'])
    commit(root)

    const { code, stdout, stderr } = oneprisma(root, ['init'])

    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toBe('There is a shared module already, or nothing to share.\n')
  })

  it.each<[what: string, tree: typeof NEXT, path: string, line: string]>([
    ['with the module', NEXT, 'scripts/report.ts', `import { prisma } from '../lib/prisma'`],
    ['with CommonJS', EXPRESS, 'scripts/report.js', `const { prisma } = require('../lib/prisma')`],
    ['with one that is there', ADOPTED, 'report.cjs', `const { prisma } = require('./lib/prisma')`],
  ])('writes a script together %s', (_, tree, path, line) => {
    const root = repository(tree)

    const { code } = oneprisma(root, ['init', '--write', '--script', path])

    expect(code).toBe(0)
    expect(read(root, path).split('\n')).toContain(line)
  })
})

function apply(
  text: string,
  edits: readonly { readonly start: number; readonly end: number; readonly text: string }[],
): string {
  return edits.reduceRight(
    (before, { start, end, text: put }) => before.slice(0, start) + put + before.slice(end),
    text,
  )
}
