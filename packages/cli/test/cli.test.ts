import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ADOPTED, EXPRESS } from './cli-fixtures.ts'
import { BIN, ENV, oneprisma, repository, treeOf } from './cli-program.ts'
import { addFiles, plant } from './project-fixture.ts'

const COMMANDS = ['inventory', 'init', 'migrate', 'check', 'adopt']
const ALL_COMMANDS = [...COMMANDS, 'budget']
const ESCAPE = '\u001B['

describe('exit codes', () => {
  it.each<[command: string, code: number]>([
    ['inventory', 0],
    ['inventory --write', 0],
    ['init', 0],
    ['migrate', 0],
    ['adopt', 0],
    ['check', 1],
  ])('of `%s` where there is something to do: %i', (command, code) => {
    expect(oneprisma(repository(EXPRESS), command.split(' ')).code).toBe(code)
  })

  it.each(COMMANDS)('of `%s` where there is nothing to do: 0', (command) => {
    expect(oneprisma(repository(ADOPTED), [command]).code).toBe(0)
  })

  it.each<[args: string[], stderr: RegExp]>([
    [[], /^USAGE: No command was given\.\n\nUsage: oneprisma <command>/],
    [['invent'], /^USAGE: There is no command "invent"\.\n\nUsage: oneprisma <command>/],
    [['constructor'], /^USAGE: There is no command "constructor"\./],
    [['help', 'constructor'], /^USAGE: There is no command "constructor"\./],
    [['check', '--fix'], /^USAGE: Unknown option '--fix'\.\n\nUsage: oneprisma check /],
    [['inventory', '--page'], /^USAGE: Option '--page <value>' argument missing\.\n/],
    [['inventory', '--page', '--json'], /^USAGE: Option '--page' argument is ambiguous\.\n/],
    [['migrate', '--json=yes'], /^USAGE: Option '--json' does not take an argument\.\n/],
    [['inventory', 'one', 'two'], /^USAGE: "two" is one folder too many\.\n/],
    [['inventory', 'one', '--root', 'two'], /^USAGE: "one" is one folder too many\.\n/],
    [['inventory', '--root', ''], /^USAGE: The folder is empty text\./],
    [['inventory', '--json', '--sarif'], /^USAGE: --json and --sarif do not go together\./],
    [['check', '--sarif', '--github'], /^USAGE: --sarif and --github do not go together\./],
    [['check', '--json', '--write-baseline'], /^USAGE: --json and --write-baseline do not go/],
    [['migrate', '--accept', 'SUBCLASS'], /^USAGE: --accept takes ADAPTER_OPTIONS and LOG_OPTION/],
    [['inventory', '--page', '../page.md'], /^USAGE: --page takes a file below the root; "\.\./],
    [['inventory', '--page', ''], /^USAGE: --page takes a file below the root; "" is none\./],
    [['check', '--baseline', '.'], /^USAGE: --baseline takes a file below the root; "\." is/],
    [['check', '--baseline', 'none.json'], /^USAGE: There is no baseline "none\.json"\. Write it/],
    [['init', '--script', 'notes.txt'], /^USAGE: --script takes the path of a program/],
    [['init', '--script', 'server.js'], /^USAGE: "server\.js" is there already\./],
    [['inventory', 'nowhere'], /^ROOT_MISSING: There is no folder ".*nowhere"\. Give the root/],
    [['inventory', 'server.js'], /^ROOT_MISSING: There is no folder ".*server\.js"\./],
  ])('of `%j`: 2, with what is wrong on stderr, and nothing else', (args, message) => {
    const root = repository(EXPRESS)
    const before = treeOf(root)

    const { code, stdout, stderr } = oneprisma(root, args)

    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('    at ')
    expect(treeOf(root)).toEqual(before)
  })
})

describe('help', () => {
  it.each([['--help'], ['-h'], ['help']])('of all commands: %s', (flag) => {
    const { code, stdout, stderr } = oneprisma(plant({}), [flag])

    expect([code, stderr]).toEqual([0, ''])
    for (const command of ALL_COMMANDS) expect(stdout).toContain(`\n  ${command} `)
  })

  it.each(
    ALL_COMMANDS.flatMap((command) => [
      [`${command} --help`],
      [`${command} -h`],
      [`help ${command}`],
    ]),
  )('of one command: %s', (args) => {
    const [command] = args.replace('help ', '').split(' ')

    const { code, stdout, stderr } = oneprisma(plant({}), args.split(' '))

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(new RegExp(`^Usage: oneprisma ${command} `))
  })

  it('tells its version', () => {
    expect(oneprisma(plant({}), ['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('output', () => {
  it.each([
    ['inventory --json'],
    ['inventory --sarif'],
    ['inventory --write --json'],
    ['init --json'],
    ['init --write --json'],
    ['migrate --json'],
    ['migrate --write --json'],
    ['migrate --middleware --json'],
    ['check --json'],
    ['check --sarif'],
  ])('of `%s` is one JSON document on stdout', (command) => {
    const { stdout } = oneprisma(repository(EXPRESS), command.split(' '))

    expect(JSON.parse(stdout)).toBeTypeOf('object')
    expect(stdout).toMatch(/^\{\n[\s\S]*\n\}\n$/)
  })

  it('keeps what is said along the way apart from results', () => {
    const { stdout, stderr } = oneprisma(repository(EXPRESS), ['migrate'])

    expect(stderr).toBe('Nothing was written. Run it with --write to change 5 files.\n')
    expect(stdout).not.toContain('Nothing was written')
  })

  it('has no colours where it is not read on a terminal', () => {
    expect(oneprisma(repository(EXPRESS), ['migrate']).stdout).not.toContain(ESCAPE)
  })

  it.each<[env: Record<string, string>, hasColours: boolean]>([
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ FORCE_COLOR: '' }, false],
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [{ NO_COLOR: '', FORCE_COLOR: '1' }, true],
  ])('has colours by %j: %s', (env, hasColours) => {
    const root = repository(EXPRESS)

    for (const command of ['inventory', 'migrate', 'adopt', 'check']) {
      const { stdout, stderr } = oneprisma(root, [command], { env })
      expect(stdout.includes(ESCAPE)).toBe(hasColours)
      expect(stderr).not.toContain(ESCAPE)
    }
  })

  it('has no colours in JSON, whatever is forced', () => {
    const { stdout } = oneprisma(repository(EXPRESS), ['migrate', '--json'], {
      env: { FORCE_COLOR: '1' },
    })

    expect(stdout).not.toContain(ESCAPE)
  })

  it('goes on with what it does when its reader has seen enough', () => {
    const root = repository(EXPRESS)

    const { stdout } = spawnSync(
      'bash',
      [
        '-c',
        `"${process.execPath}" "${BIN}" migrate --write | true; echo "$\{PIPESTATUS[0]}"; "${process.execPath}" "${BIN}" check`,
      ],
      { cwd: root, env: ENV, encoding: 'utf8' },
    )

    expect(stdout).toBe('0\n0 sites\n')
  })

  it.skipIf(process.platform !== 'linux')('says so when its results cannot be written', () => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-c', `"${process.execPath}" "${BIN}" inventory --json > /dev/full`],
      { cwd: repository(EXPRESS), env: ENV, encoding: 'utf8' },
    )

    expect(status).toBe(2)
    expect(stderr).toMatch(/^oneprisma failed: the results could not be written \(ENOSPC.*\)\.\n$/)
  })
})

describe('root', () => {
  it.each([
    [['--root', 'packages/api']],
    [['packages/api']],
    [['./packages/api/']],
    [['--', 'packages/api']],
  ])('can be given as %j', (args) => {
    const root = plant({})
    addFiles(join(root, 'packages/api'), EXPRESS)

    const { stdout } = oneprisma(root, ['inventory', '--json', ...args])

    expect(JSON.parse(stdout)).toMatchObject({
      root: join(root, 'packages/api'),
      sites: [
        { path: 'prisma/seed.js' },
        { path: 'routes/orders.js' },
        { path: 'routes/users.js' },
      ],
    })
  })
})

describe('docs/cli.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')

  it('has a heading for every code of an error, and for no other', () => {
    const source = readFileSync(join(import.meta.dirname, '../src/errors.ts'), 'utf8')
    const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)'$/gm)].map(([, code]) => code)
    const headings = [...page.matchAll(/^### ([A-Z_]+)$/gm)].map(([, heading]) => heading)

    expect(codes.length).toBeGreaterThan(5)
    expect(headings).toEqual(codes)
  })

  it.each(ALL_COMMANDS)('has every flag of %s, and no other', (command) => {
    const [, section = ''] = new RegExp(`^## ${command}\n(.*?)^## `, 'ms').exec(page) ?? []
    const flagsIn = (text: string): string[] => [
      ...new Set([...text.matchAll(/--[a-z-]+/g)].map(([flag]) => flag)),
    ]
    const rows = section.split('\n').filter((line) => line.startsWith('| `'))
    const documented = flagsIn(rows.map((row) => row.split('|')[1]).join(' '))

    const { stdout } = oneprisma(plant({}), [command, '--help'])

    expect(documented.toSorted()).toEqual(
      flagsIn(stdout)
        .filter((flag) => flag !== '--help')
        .toSorted(),
    )
  })
})
