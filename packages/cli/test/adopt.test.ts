import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ADOPTED, EXPRESS, ROUTE, SCHEMA_6 } from './cli-fixtures.ts'
import { commit, ENV, git, oneprisma, repository, treeOf } from './cli-program.ts'
import { addFiles, plant, type Tree } from './project-fixture.ts'

const PAGE = 'docs/backend/prisma-usage-inventory.md'

const LOGGING = ROUTE.replace('PrismaClient()', `PrismaClient({ log: ['error'] })`)

/** An environment in which every package manager is a script that notes how it was called. */
function fakeManagers(script: string): { env: Record<string, string>; calls: () => string } {
  const folder = plant({ calls: '' })
  for (const name of ['npm', 'pnpm', 'yarn', 'bun']) {
    const text = `#!/bin/sh\necho "${name} $* in $(pwd)" >> "${folder}/calls"\n${script}\n`
    writeFileSync(join(folder, name), text)
    chmodSync(join(folder, name), 0o755)
  }
  return {
    env: { PATH: `${folder}${delimiter}${ENV['PATH']}` },
    calls: () => readFileSync(join(folder, 'calls'), 'utf8'),
  }
}

describe('adopt without a terminal', () => {
  it('shows all of it, and writes nothing', () => {
    const root = repository(EXPRESS)
    const { env, calls } = fakeManagers('')
    const before = treeOf(root)

    const { code, stdout, stderr } = oneprisma(root, ['adopt'], { env })

    expect(code).toBe(0)
    expect(stdout).toContain('+++ b/lib/prisma.js')
    expect(stdout).toContain(`+const prisma = require('../lib/prisma')`)
    expect(stdout).toMatch(/\n3 sites: 3 rewrite\n$/)
    expect(stderr.split('\n')).toEqual([
      'oneprisma: one PrismaClient for all of this repository',
      '3 places with PrismaClient: 3 to rewrite, 0 to keep, 0 to review.',
      'A shared module will be lib/prisma.js.',
      'Nothing was written. Next: `oneprisma adopt --yes`, or `oneprisma migrate --write`.',
      '',
    ])
    expect(calls()).toBe('')
    expect(treeOf(root)).toEqual(before)
  })

  it.each([['--yes'], ['-y'], ['--write']])('does all of it by %s', (flag) => {
    const root = repository(EXPRESS)
    const { env, calls } = fakeManagers('echo added 1 package')

    const { code, stderr } = oneprisma(root, ['adopt', flag], { env })

    expect(code).toBe(0)
    expect(stderr.split('\n').slice(3)).toEqual([
      'Wrote 5 files.',
      `Wrote ${PAGE}.`,
      'Running `npm install` ...',
      'added 1 package',
      '3 clients moved to the shared one. Look at `git diff`, run your tests, and commit. Next: `oneprisma check`.',
      '',
    ])
    expect(calls()).toBe(`npm install in ${root}\n`)
    expect(git(root, 'status', '--porcelain').split('\n').toSorted()).toEqual([
      '',
      ' M package.json',
      ' M prisma/seed.js',
      ' M routes/orders.js',
      ' M routes/users.js',
      '?? docs/',
      '?? lib/',
    ])
    expect(oneprisma(root, ['check'])).toMatchObject({ code: 0, stdout: '0 sites\n' })
  })

  it('upgrades the shared module that there is, together with the rest', () => {
    const root = repository({
      ...EXPRESS,
      'lib/db.js': `const { PrismaClient } = require('@prisma/client')

const db = globalThis.db ?? new PrismaClient()
if (process.env.NODE_ENV !== 'production') globalThis.db = db

module.exports = { db }
`,
      'routes/carts.js': `const { db } = require('../lib/db')\nmodule.exports = () => db.user.count()\n`,
    })

    const { code, stderr } = oneprisma(root, ['adopt', '--yes', '--no-install'])

    expect(code).toBe(0)
    expect(stderr).toContain('The shared module is lib/db.js.')
    expect(existsSync(join(root, 'lib/prisma.js'))).toBe(false)
    expect(readFileSync(join(root, 'lib/db.js'), 'utf8')).toContain('sharePrisma')
    expect(readFileSync(join(root, 'routes/users.js'), 'utf8')).toContain(`require('../lib/db')`)
  })

  it('has nothing to change the second time', () => {
    const root = repository(EXPRESS)
    oneprisma(root, ['adopt', '--yes', '--no-install'])
    commit(root)
    const before = treeOf(root)

    const { code, stdout, stderr } = oneprisma(root, ['adopt', '--yes'])

    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toMatch(/\nThere is nothing to change\. Next: `oneprisma check`\.\n$/)
    expect(treeOf(root)).toEqual(before)
  })

  it('writes the page of a repository in which all else is done', () => {
    const root = repository(ADOPTED)

    const { stderr } = oneprisma(root, ['adopt', '--yes'])

    expect(stderr).toContain(`Wrote ${PAGE}.`)
    expect(git(root, 'status', '--porcelain')).toBe('?? docs/\n')
  })

  it('takes no options that it was not told to take', () => {
    const root = repository({ ...EXPRESS, 'routes/users.js': LOGGING })

    const { stderr, stdout } = oneprisma(root, ['adopt', '--yes', '--no-install'])

    expect(readFileSync(join(root, 'routes/users.js'), 'utf8')).toBe(LOGGING)
    expect(stderr).toContain('Left for you to look at:\n')
    expect(stderr).toMatch(/^LOG_OPTIONS: .+$/m)
    expect(stdout).toMatch(/routes\/users\.js:2:16 +review +LOG_OPTIONS/)
    expect(stdout).toMatch(/\n1 site: 1 review\n$/)
  })

  it('takes the options that it was told to take', () => {
    const root = repository({ ...EXPRESS, 'routes/users.js': LOGGING })

    oneprisma(root, ['adopt', '--yes', '--no-install', '--accept', 'LOG_OPTIONS'])

    expect(readFileSync(join(root, 'routes/users.js'), 'utf8')).not.toContain('PrismaClient')
    expect(readFileSync(join(root, 'lib/prisma.js'), 'utf8')).toContain(`log: ['error']`)
  })

  it('names what is left at the place where it is now', () => {
    const closing = `const { PrismaClient } = require('@prisma/client')
const prisma = new PrismaClient()

module.exports = (app) => {
  app.get('/users', async (request, response) => {
    response.json(await prisma.user.findMany())
    await prisma.$disconnect()
  })
}
`
    const root = repository({ ...EXPRESS, 'routes/users.js': closing })

    const { stdout } = oneprisma(root, ['adopt', '--yes', '--no-install'])

    const [, line, column] =
      /^routes\/users\.js:(\d+):(\d+) +note +DISCONNECT_IN_REQUEST/m.exec(stdout) ?? []
    const text = readFileSync(join(root, 'routes/users.js'), 'utf8').split('\n')[Number(line) - 1]
    expect(text?.slice(Number(column) - 1)).toMatch(/^(?:await )?prisma\.\$disconnect\(\)/)
  })

  it('gives each package of a monorepo the client that it depends on, or one of its own', () => {
    const users = `import { PrismaClient } from '@prisma/client'
const prisma = new PrismaClient()
export const users = () => prisma.user.findMany()
`
    const dependencies = { '@prisma/client': '^6.16.0' }
    const root = repository({
      'package.json': { name: 'all', private: true, workspaces: ['packages/*', 'apps/*'] },
      'packages/db/package.json': { name: '@acme/db', main: 'src/index.ts', dependencies },
      'packages/db/prisma/schema.prisma': SCHEMA_6,
      'packages/db/src/index.ts': `import { PrismaClient } from '@prisma/client'
const globals = globalThis as unknown as { prisma?: PrismaClient }
export const prisma = globals.prisma ?? new PrismaClient()
if (process.env.NODE_ENV !== 'production') globals.prisma = prisma
`,
      'apps/web/package.json': { name: 'web', dependencies: { ...dependencies, '@acme/db': '*' } },
      'apps/web/src/users.ts': users,
      'apps/worker/package.json': { name: 'worker', dependencies },
      'apps/worker/src/users.ts': users,
    })

    const { code } = oneprisma(root, ['adopt', '--yes', '--no-install'])

    const read = (path: string): string => readFileSync(join(root, path), 'utf8')
    expect(code).toBe(0)
    expect(read('packages/db/src/index.ts')).toContain('sharePrisma(')
    expect(read('apps/web/src/users.ts')).toMatch(/^import { prisma } from '@acme\/db'$/m)
    expect(read('apps/worker/src/lib/prisma.ts')).toContain('sharePrisma(')
    expect(read('apps/worker/src/users.ts')).toMatch(/^import prisma from '\.\/lib\/prisma'$/m)
    for (const folder of ['packages/db', 'apps/worker']) {
      expect(read(`${folder}/package.json`)).toContain('@oneprisma/client')
    }
    expect(read('apps/web/package.json')).not.toContain('@oneprisma/client')
    expect(oneprisma(root, ['check']).code).toBe(0)
  })

  it('names the next command where the installation is left to the user', () => {
    const { stderr } = oneprisma(repository(EXPRESS), ['adopt', '--yes', '--no-install'])

    expect(stderr).toMatch(/ Next: `npm install`\.\n$/)
  })

  it('goes on where the installation fails, and says so', () => {
    const root = repository(EXPRESS)
    const { env } = fakeManagers('echo no such package >&2\nexit 1')

    const { code, stderr } = oneprisma(root, ['adopt', '--yes'], { env })

    expect(code).toBe(0)
    expect(stderr).toContain(
      'Running `npm install` ...\nno such package\n`npm install` did not succeed.\n',
    )
    expect(stderr).toMatch(/ Next: `npm install`\.\n$/)
    expect(existsSync(join(root, PAGE))).toBe(true)
  })

  it('goes on where the package manager is not there', () => {
    const root = repository({ ...EXPRESS, 'yarn.lock': '' })
    // Of all programs only git is left.
    const folder = plant({})
    const found = (ENV['PATH'] ?? '').split(delimiter).map((each) => join(each, 'git'))
    symlinkSync(found.find((path) => existsSync(path)) ?? '', join(folder, 'git'))

    const { code, stderr } = oneprisma(root, ['adopt', '--yes'], { env: { PATH: folder } })

    expect(code).toBe(0)
    expect(stderr).toContain('`yarn install` did not succeed.\n')
  })

  it.each<[manager: string, tree: Tree]>([
    ['pnpm', { 'pnpm-lock.yaml': '' }],
    ['yarn', { 'yarn.lock': '' }],
    ['bun', { 'bun.lock': '' }],
  ])('installs by %s where the repository does', (manager, tree) => {
    const root = repository({ ...EXPRESS, ...tree })
    const { env, calls } = fakeManagers('')

    oneprisma(root, ['adopt', '--yes'], { env })

    expect(calls()).toBe(`${manager} install in ${root}\n`)
  })

  it('shows what it would do to a folder with changes, and does it only when that is allowed', () => {
    const root = repository(EXPRESS)
    addFiles(root, { 'server.js': '// changed\n' })

    expect(oneprisma(root, ['adopt']).code).toBe(0)
    expect(oneprisma(root, ['adopt', '--yes', '--no-install']).code).toBe(2)
    expect(oneprisma(root, ['adopt', '--yes', '--no-install', '--allow-dirty']).code).toBe(0)
  })
})
