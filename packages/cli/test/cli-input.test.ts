import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Inventory } from '../src/report/finding.ts'
import { EXPRESS, NEXT, ROUTE } from './cli-fixtures.ts'
import { BIN, commit, ENV, git, oneprisma, repository, treeOf } from './cli-program.ts'
import { plant, type Tree } from './project-fixture.ts'

const COMMANDS = [
  ['inventory'],
  ['init'],
  ['migrate'],
  ['migrate', '--write'],
  ['check'],
  ['adopt', '--yes', '--no-install'],
]

/** What the inventory has of a repository: paths of sites, files not read, and notes of the project. */
function inventoryOf(root: string): { sites: string[]; unparsed: string[]; notes: string[] } {
  const { code, stdout, stderr } = oneprisma(root, ['inventory', '--json'])
  if (code !== 0) throw new Error(stderr)
  // What it prints, as it is documented.
  const { sites, unparsed, notes } = JSON.parse(stdout) as Inventory
  return {
    sites: sites.map(({ path }) => path),
    unparsed: unparsed.map(({ path, line, message }) => `${path}:${line} ${message}`),
    notes: notes.map(({ code: note, path }) => `${note} ${path}`),
  }
}

const SITES = ['prisma/seed.js', 'routes/orders.js', 'routes/users.js']

describe('a file that cannot be read as a program', () => {
  it.each<[what: string, content: string | Buffer, expected: RegExp]>([
    ['has a syntax error', `${ROUTE}\n}\n`, /^bad\.js:8 ./],
    ['is unfinished', `${ROUTE}function f( {\n`, /^bad\.js:\d ./],
    [
      'is huge',
      `${ROUTE}// ${'x'.repeat(2 * 1024 * 1024)}\n`,
      /^bad\.js:1 This file has 2097\d+ bytes;/,
    ],
    [
      'is binary',
      Buffer.concat([Buffer.from(ROUTE), Buffer.from([0, 1, 2])]),
      /^bad\.js:1 .*binary/,
    ],
    ['is UTF-16', Buffer.from(`\uFEFF${ROUTE}`, 'utf16le'), /^bad\.js:1 This file is UTF-16;/],
    ['is Latin 1', Buffer.from(`${ROUTE}// caf\u00E9\n`, 'latin1'), /^bad\.js:7 .*UTF-8/],
  ])('is listed where it %s', (_, content, expected) => {
    const root = repository({ ...EXPRESS, 'bad.js': content })

    const { sites, unparsed } = inventoryOf(root)

    expect(sites).toEqual(SITES)
    expect(unparsed).toEqual([expect.stringMatching(expected)])
  })

  it.each(COMMANDS)('is no reason for %s to stop, and stays as it is', (...args) => {
    const root = repository({ ...EXPRESS, 'bad.js': `${ROUTE}\n}\n` })
    const before = treeOf(root)['bad.js']

    const { code, stdout } = oneprisma(root, args)

    expect(code).toBe(args[0] === 'check' ? 1 : 0)
    expect(treeOf(root)['bad.js']).toBe(before)
    if (args[0] === 'init') return
    expect(stdout).toMatch(/bad\.js:8 +unparsed/)
  })

  it('is listed where it is a link, a folder, or a repository of its own', () => {
    const root = repository({ ...EXPRESS, 'outside/lib/db.js': ROUTE })
    symlinkSync('routes/users.js', join(root, 'linked.js'))
    symlinkSync('nowhere.js', join(root, 'broken.js'))
    symlinkSync(plant({ 'db.js': ROUTE }), join(root, 'folder'))
    symlinkSync('..', join(root, 'routes/up'))
    const inner = join(root, 'inner')
    mkdirSync(inner)
    writeFileSync(join(inner, 'db.js'), ROUTE)
    git(inner, 'init', '--quiet')
    commit(inner)

    const { sites, unparsed } = inventoryOf(root)

    expect(sites).toEqual(['outside/lib/db.js', ...SITES])
    expect(unparsed.map((line) => line.split(':')[0])).toEqual([
      'broken.js',
      'folder',
      'inner',
      'linked.js',
      'routes/up',
    ])
  })

  // Root may read everything, and the account that may not has to get at the command.
  const isRoot = process.getuid?.() === 0
  it.skipIf(isRoot && asNobody('test', '-r', BIN).status !== 0)(
    'is listed where it may not be read',
    () => {
      const root = repository(EXPRESS)
      chmodSync(root, 0o755)
      chmodSync(join(root, 'routes/users.js'), 0)
      const { stdout } = isRoot
        ? asNobody(process.execPath, BIN, 'inventory', '--json', root)
        : oneprisma(root, ['inventory', '--json'])

      expect(JSON.parse(stdout)).toMatchObject({
        sites: [{ path: 'prisma/seed.js' }, { path: 'routes/orders.js' }],
        unparsed: [
          { path: 'routes/users.js', line: 1, message: 'This file may not be read by this user.' },
        ],
      })
    },
  )
})

describe('configuration that is broken', () => {
  it.each<[what: string, tree: Tree, note: string]>([
    [
      'a package.json that is no JSON',
      { 'package.json': '{ "name": ' },
      'PACKAGE_JSON_INVALID package.json',
    ],
    [
      'a package.json that is a list',
      { 'package.json': '[]' },
      'PACKAGE_JSON_INVALID package.json',
    ],
    [
      'a tsconfig that is no JSON',
      { 'tsconfig.json': '{ nonsense' },
      'TSCONFIG_INVALID tsconfig.json',
    ],
    [
      'a tsconfig that extends what is not there',
      { 'tsconfig.json': { extends: '@acme/tsconfig/base.json' } },
      'TSCONFIG_EXTENDS_BROKEN tsconfig.json',
    ],
    [
      'a tsconfig that extends itself',
      { 'tsconfig.json': { extends: './tsconfig.json' } },
      'TSCONFIG_EXTENDS_BROKEN tsconfig.json',
    ],
    [
      'a package.json in UTF-16',
      { 'package.json': Buffer.from('\uFEFF{}', 'utf16le') },
      'CONFIG_UNREADABLE package.json',
    ],
  ])('is reported: %s', (_, tree, note) => {
    expect(inventoryOf(repository({ ...EXPRESS, ...tree }))).toEqual({
      sites: SITES,
      unparsed: [],
      notes: expect.arrayContaining([note]),
    })
  })

  it.each<[what: string, tree: Tree]>([
    ['a schema that is no schema', { 'prisma/schema.prisma': 'generator client {\n  provider = ' }],
    ['an empty schema', { 'prisma/schema.prisma': '' }],
    ['a prisma.config.ts that is no program', { 'prisma.config.ts': 'export default {' }],
    [
      'a prisma.config.ts that leads out',
      { 'prisma.config.ts': `export default { schema: '../../schema.prisma' }` },
    ],
    [
      'a tsconfig whose paths are none',
      { 'tsconfig.json': { compilerOptions: { paths: { '@/*': 7, '(': ['['] } } } },
    ],
    [
      'scripts that are none',
      { 'package.json': { name: 7, scripts: [1], dependencies: 'x', workspaces: 3 } },
    ],
  ])('stops no command: %s', (_, tree) => {
    const root = repository({ ...EXPRESS, ...tree })

    for (const args of COMMANDS) {
      const { code, stderr } = oneprisma(
        root,
        args.includes('--write') || args.includes('--yes') ? [...args, '--allow-dirty'] : args,
      )
      expect(stderr).not.toContain('    at ')
      expect([0, 1]).toContain(code)
    }
  })
})

describe('a repository', () => {
  it.each<[what: string, tree: Tree]>([
    ['that is empty', {}],
    ['without Prisma', { 'package.json': { name: 'x' }, 'index.js': 'module.exports = 1\n' }],
    ['of documents', { 'README.md': '`new PrismaClient()`\n' }],
  ])('%s has nothing to find and nothing to write', (_, tree) => {
    const root = repository(tree)
    const before = treeOf(root)

    for (const args of [
      ['inventory'],
      ['migrate', '--write'],
      ['init', '--write'],
      ['check'],
      ['adopt'],
    ]) {
      const { code, stderr } = oneprisma(root, args)
      expect([args, code]).toEqual([args, 0])
      expect(stderr).not.toContain('    at ')
    }
    expect(treeOf(root)).toEqual(before)
  })

  it('is read without git too', () => {
    expect(inventoryOf(plant(EXPRESS)).sites).toEqual(SITES)
  })

  it('is read where git is not installed', () => {
    const root = repository(EXPRESS)
    const { stdout } = oneprisma(root, ['inventory', '--json'], { env: { PATH: '/nowhere' } })

    expect(JSON.parse(stdout).sites).toHaveLength(3)
  })
})

describe('odd names', () => {
  const NAMES = [
    'a b.js',
    '-rf.js',
    '$HOME.js',
    '`id`.js',
    "it's.js",
    'new\nline.js',
    '\u00FCber/\u{1F600}.js',
    '[id]/[...all].js',
    '(group)/@slot/page.js',
    '%41.js',
    ':(top).js',
    '__proto__/constructor.js',
  ]

  it.skipIf(process.platform === 'win32')(
    'of files are found, written, and named as they are',
    () => {
      const root = repository({
        ...EXPRESS,
        ...Object.fromEntries(NAMES.map((name) => [`routes/${name}`, ROUTE])),
      })

      const { sites } = inventoryOf(root)
      const { code, stderr } = oneprisma(root, ['migrate', '--write'])
      const text = oneprisma(root, ['inventory', '--write'])
      const check = oneprisma(root, ['check', '--github'])

      expect(sites).toEqual(expect.arrayContaining(NAMES.map((name) => `routes/${name}`)))
      expect([code, stderr.split('\n')[0]]).toEqual([
        0,
        'Wrote 17 files. Look at `git diff`, and run your tests.',
      ])
      expect(text.code).toBe(0)
      expect([check.code, check.stdout]).toEqual([0, ''])
      expect(
        git(root, 'status', '--porcelain', '-z', '--untracked-files=no').split('\0'),
      ).toHaveLength(17)
    },
  )

  it.skipIf(process.platform === 'win32')('of files make one line each of every format', () => {
    const root = repository({ ...EXPRESS, 'routes/new\nline::error.js': ROUTE })

    const { stdout } = oneprisma(root, ['check', '--github'])
    const text = oneprisma(root, ['check']).stdout

    expect(stdout.trimEnd().split('\n')).toHaveLength(4)
    expect(text.split('\n').filter((line) => line.includes('MODULE_CLIENT'))).toHaveLength(4)
  })

  it('of the root are no trouble', () => {
    const root = plant({})
    const folder = join(root, "-a b's $HOME\u00FC")
    mkdirSync(folder)
    for (const [path, text] of Object.entries(NEXT)) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), typeof text === 'string' ? text : JSON.stringify(text))
    }
    git(folder, 'init', '--quiet')
    commit(folder)

    const { code } = oneprisma(root, ['migrate', '--write', '--', "-a b's $HOME\u00FC"])

    expect(code).toBe(0)
    expect(git(folder, 'status', '--porcelain')).toContain('app/api/users/route.ts')
  })
})

/** Runs a program as an account that may read no more than everybody may. */
function asNobody(
  program: string,
  ...args: readonly string[]
): { stdout: string; status: number | null } {
  return spawnSync(
    'setpriv',
    ['--reuid', '65534', '--regid', '65534', '--clear-groups', program, ...args],
    { encoding: 'utf8', env: ENV },
  )
}
