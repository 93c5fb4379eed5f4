import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { EXPRESS, ROUTE } from './cli-fixtures.ts'
import { ENV, repository, treeOf } from './cli-program.ts'
import { addFiles, plant } from './project-fixture.ts'
import { CTRL_C, ENTER, HAS_TERMINAL, Terminal } from './terminal.ts'

const PAGE = 'docs/backend/prisma-usage-inventory.md'
const LOGGING = ROUTE.replace('PrismaClient()', `PrismaClient({ log: ['error'] })`)

function open(root: string, args: readonly string[] = ['adopt'], env = {}): Terminal {
  const terminal = new Terminal(root, args, env)
  onTestFinished(() => terminal.kill())
  return terminal
}

/** An environment whose npm is this script. */
function npm(script: string): Record<string, string> {
  const folder = plant({})
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, 'npm'), 0o755)
  return { PATH: `${folder}${delimiter}${ENV['PATH']}` }
}

// Needs `script` of util-linux.
describe.skipIf(!HAS_TERMINAL)('adopt on a terminal', () => {
  it('asks, does what it is told, and ends with what to do next', async () => {
    const root = repository(EXPRESS)
    const terminal = open(root, ['adopt'], npm('echo "npm $*"'))

    await terminal.see('3 places with PrismaClient: 3 to rewrite, 0 to keep, 0 to review.')
    await terminal.see('Write 5 files?')
    const before = existsSync(join(root, 'lib/prisma.js'))
    terminal.type('y')
    await terminal.see('Wrote 5 files.')
    await terminal.see(`Wrote ${PAGE}.`)
    await terminal.see('Run `npm install`?')
    terminal.type('y')
    await terminal.see('npm install\n')
    await terminal.see('3 clients moved to the shared one.')
    await terminal.see('Next: `oneprisma check`.')

    expect(await terminal.end()).toBe(0)
    expect(before).toBe(false)
    expect(readFileSync(join(root, 'routes/users.js'), 'utf8')).not.toContain('PrismaClient')
    expect(existsSync(join(root, PAGE))).toBe(true)
  })

  it('shows colours', async () => {
    const terminal = open(repository(EXPRESS))

    await terminal.see('Write 5 files?')
    terminal.type('n')
    await terminal.end()

    expect(terminal.raw).toContain('\u001B[32m+const prisma')
  })

  it('writes nothing where the answer is no', async () => {
    const root = repository(EXPRESS)
    const before = treeOf(root)
    const terminal = open(root)

    await terminal.see('Write 5 files?')
    terminal.type('n')
    await terminal.see('Nothing was written.')

    expect(await terminal.end()).toBe(0)
    expect(treeOf(root)).toEqual(before)
  })

  it('is left by Ctrl-C, and has written nothing then', async () => {
    const root = repository(EXPRESS)
    const before = treeOf(root)
    const terminal = open(root)

    await terminal.see('Write 5 files?')
    terminal.type(CTRL_C)
    await terminal.see('CANCELLED: Stopped. Nothing was written.')

    expect(await terminal.end()).toBe(2)
    expect(treeOf(root)).toEqual(before)
  })

  it('says what is written where it is left later', async () => {
    const root = repository(EXPRESS)
    const terminal = open(root, ['adopt'], npm('exit 1'))

    await terminal.see('Write 5 files?')
    terminal.type('y')
    await terminal.see('Run `npm install`?')
    terminal.type(CTRL_C)
    await terminal.see('CANCELLED: Stopped. All files are written.')

    expect(await terminal.end()).toBe(2)
    expect(existsSync(join(root, PAGE))).toBe(true)
  })

  it('installs nothing where the answer is no, and says what to run', async () => {
    const root = repository(EXPRESS)
    const terminal = open(root, ['adopt'], npm('echo "npm ran"'))

    await terminal.see('Write 5 files?')
    terminal.type('y')
    await terminal.see('Run `npm install`?')
    terminal.type('n')
    await terminal.see('Next: `npm install`.')

    expect(await terminal.end()).toBe(0)
    expect(terminal.text).not.toContain('npm ran')
  })

  it('stops an installation by Ctrl-C, and not itself', async () => {
    const root = repository(EXPRESS)
    // It ends by a signal only, and says which.
    const script = `trap 'echo stopped; exit 130' INT\necho started\nwhile :; do read _ < "${root}/.git/HEAD"; done`
    const terminal = open(root, ['adopt'], npm(script))

    await terminal.see('Write 5 files?')
    terminal.type('y')
    await terminal.see('Run `npm install`?')
    terminal.type('y')
    await terminal.see('started')
    terminal.type(CTRL_C)
    await terminal.see('stopped')
    await terminal.see('`npm install` did not succeed.')
    await terminal.see('Next: `npm install`.')

    expect(await terminal.end()).toBe(0)
  })

  it.each<[answer: string, isTaken: boolean]>([
    ['y', true],
    ['n', false],
  ])('asks about options that the shared client has too: %s', async (answer, isTaken) => {
    const root = repository({ ...EXPRESS, 'routes/users.js': LOGGING })
    const terminal = open(root, ['adopt', '--no-install'])

    await terminal.see('1 more client can go, whose options the shared one has too (LOG_OPTIONS).')
    terminal.type(answer)
    await terminal.see(`Write ${isTaken ? 5 : 4} files?`)
    terminal.type(ENTER)
    await terminal.see('Next: ')

    expect(await terminal.end()).toBe(0)
    expect(readFileSync(join(root, 'routes/users.js'), 'utf8').includes('log:')).toBe(!isTaken)
  })

  it('does not ask to write what git could not take back', async () => {
    const root = repository(EXPRESS)
    addFiles(root, { 'server.js': '// changed\n' })
    const terminal = open(root)

    await terminal.see('GIT_DIRTY: ')

    expect(await terminal.end()).toBe(2)
    expect(terminal.text).not.toContain('Write 5 files?')
  })

  it('asks nothing in CI', async () => {
    const root = repository(EXPRESS)
    const before = treeOf(root)
    const terminal = open(root, ['adopt'], { CI: 'true' })

    await terminal.see('Nothing was written. Next: `oneprisma adopt --yes`')

    expect(await terminal.end()).toBe(0)
    expect(terminal.text).not.toContain('Write 5 files?')
    expect(treeOf(root)).toEqual(before)
  })

  it.each([['inventory'], ['init'], ['migrate'], ['check']])(
    'asks nothing by %s',
    async (command) => {
      const root = repository(EXPRESS)
      const before = treeOf(root)
      const terminal = open(root, [command])

      expect(await terminal.end()).toBe(command === 'check' ? 1 : 0)
      expect(terminal.raw).toContain('\u001B[')
      expect(treeOf(root)).toEqual(before)
    },
  )

  it('asks nothing by --yes', async () => {
    const terminal = open(repository(EXPRESS), ['adopt', '--yes', '--no-install'])

    await terminal.see('Wrote 5 files.')

    expect(await terminal.end()).toBe(0)
    expect(terminal.text).not.toContain('?  ')
  })
})
