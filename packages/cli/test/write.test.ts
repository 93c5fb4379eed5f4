import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { FileChange } from '../src/migrate/migration.ts'
import { beginJournal, hashOf, JOURNAL } from '../src/write/journal.ts'
import { undoInterrupted } from '../src/write/undo.ts'
import { writeFiles } from '../src/write/write-files.ts'
import { EXPRESS } from './cli-fixtures.ts'
import { oneprisma, repository, treeOf } from './cli-program.ts'
import { plant, type Tree } from './project-fixture.ts'

const OLD: Tree = { 'a.ts': 'old a\n', 'src/b.ts': 'old b\n', 'src/c.ts': 'old c\n' }
const CHANGES: readonly FileChange[] = [
  change('a.ts', 'old a\n', 'new a\n'),
  change('src/b.ts', 'old b\n', 'new b\n'),
  change('lib/db/prisma.ts', undefined, 'new client\n'),
  change('src/c.ts', 'old c\n', 'new c\n'),
]

const isRoot = process.getuid?.() === 0
const isLinuxRoot = isRoot && process.platform === 'linux'

function change(path: string, before: string | undefined, after: string): FileChange {
  return { path, before, after, edits: [] }
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

describe('writeFiles', () => {
  it('writes every file, and leaves nothing else', () => {
    const root = plant(OLD)

    writeFiles(root, CHANGES)

    expect(textsOf(root)).toEqual({
      'a.ts': 'new a\n',
      'lib/db/prisma.ts': 'new client\n',
      'src/b.ts': 'new b\n',
      'src/c.ts': 'new c\n',
    })
  })

  it('keeps the mode of a file', () => {
    const root = plant(OLD)
    chmodSync(join(root, 'a.ts'), 0o751)

    writeFiles(root, CHANGES)

    expect(statSync(join(root, 'a.ts')).mode & 0o7777).toBe(0o751)
  })

  it.skipIf(!isRoot)('keeps the owner of a file', () => {
    const root = plant(OLD)
    chownSync(join(root, 'a.ts'), 1234, 4321)

    writeFiles(root, CHANGES)

    expect(statSync(join(root, 'a.ts'))).toMatchObject({ uid: 1234, gid: 4321 })
  })

  it('writes nothing where a file has changed since it was read', () => {
    const root = plant({ ...OLD, 'src/c.ts': 'another c\n' })
    const before = treeOf(root)

    expect(() => writeFiles(root, CHANGES)).toThrowError(
      '"src/c.ts" has changed since it was read; nothing was written. Run the command again.',
    )
    expect(codeOf(() => writeFiles(root, CHANGES))).toBe('FILE_CHANGED')
    expect(treeOf(root)).toEqual(before)
  })

  it.each<[what: string, tree: Tree]>([
    ['was made meanwhile', { ...OLD, 'lib/db/prisma.ts': 'theirs\n' }],
    ['was deleted meanwhile', { 'a.ts': 'old a\n', 'src/b.ts': 'old b\n' }],
  ])('writes nothing where a file %s', (_, tree) => {
    const root = plant(tree)
    const before = treeOf(root)

    expect(codeOf(() => writeFiles(root, CHANGES))).toBe('FILE_CHANGED')
    expect(treeOf(root)).toEqual(before)
  })

  it.each<[what: string, spoil: (root: string) => void]>([
    ['a folder has become a file', (root) => writeFileSync(join(root, 'lib'), 'a file')],
    ['a folder is in the way', (root) => mkdirSync(join(root, 'src/c.ts.oneprisma-new'))],
    ['a file is in the way', (root) => writeFileSync(join(root, 'src/c.ts.oneprisma-new'), 'mine')],
    [
      'a link is in the way',
      (root) => symlinkSync('../a.ts', join(root, 'src/c.ts.oneprisma-new')),
    ],
    ['the journal cannot be written', (root) => mkdirSync(join(root, JOURNAL))],
  ])('leaves every file as it was where %s', (_, spoil) => {
    const root = plant(OLD)
    spoil(root)
    const before = treeOf(root)

    expect(codeOf(() => writeFiles(root, CHANGES))).toMatch(/^WRITE_(?:FAILED|IN_PROGRESS)$/)
    expect(treeOf(root)).toEqual(before)
  })

  it('leaves every file as it was where a name is too long for what is put beside it', () => {
    const long = `${'n'.repeat(250)}.ts`
    const root = plant({ ...OLD, [long]: 'old\n' })
    const before = treeOf(root)
    const changes = [...CHANGES, change(long, 'old\n', 'new\n')]

    expect(codeOf(() => writeFiles(root, changes))).toBe('WRITE_FAILED')
    expect(treeOf(root)).toEqual(before)
  })

  it.skipIf(!isLinuxRoot)('leaves every file as it was where one cannot be replaced', () => {
    const root = plant(OLD)
    const file = join(root, 'src/c.ts')
    const before = treeOf(root)
    const isSet = spawnSync('chattr', ['+i', file]).status === 0
    onTestFinished(() => void spawnSync('chattr', ['-i', file]))

    const work = (): void => writeFiles(root, CHANGES)

    expect(isSet).toBe(true)
    expect(work).toThrowError(/^Nothing was written: EPERM: .* All files are as they were\.$/)
    expect(treeOf(root)).toEqual(before)
  })

  it.skipIf(!isLinuxRoot).each([
    ['for the journal', 64],
    ['for the new texts', 112],
  ])('leaves every file as it was where the disk is too full %s', (_, sizeKiB) => {
    const root = plant({})
    const isMounted =
      spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKiB}k`, 'none', root]).status === 0
    onTestFinished(() => void spawnSync('umount', [root]))
    const big = 'x'.repeat(20_000)
    writeFileSync(join(root, 'a.ts'), big)
    writeFileSync(join(root, 'b.ts'), big)
    const before = treeOf(root)

    const work = (): void =>
      writeFiles(root, [change('a.ts', big, `${big}1`), change('b.ts', big, `${big}2`)])

    expect(isMounted).toBe(true)
    expect(work).toThrowError(/^Nothing was written: ENOSPC: /)
    expect(treeOf(root)).toEqual(before)
  })

  it('leaves every file as it was where the last cannot take its place', () => {
    const root = plant(OLD)
    chmodSync(join(root, 'a.ts'), 0o640)
    const before = treeOf(root)

    const work = (): void =>
      writeFiles(root, CHANGES, {
        rename: (from, to) => {
          // Somebody is quicker, and puts a folder where the file was.
          if (to.endsWith('c.ts')) {
            rmSync(to)
            mkdirSync(to)
          }
          renameSync(from, to)
        },
      })

    expect(work).toThrowError(/^Nothing was written: EISDIR/)
    expect(treeOf(root)).toEqual({ ...before, 'src/c.ts': expect.stringMatching(/^40\d+$/) })
  })

  it.each([
    ['../outside.ts'],
    ['/outside.ts'],
    ['src/../../outside.ts'],
    ['.git/config'],
    ['.GIT/config'],
    ['node_modules/x/index.js'],
    [''],
  ])('does not write to %j', (path) => {
    const root = plant({ 'root/a.ts': 'old a\n', 'root/.git/config': 'old\n' })
    const before = treeOf(root)

    const work = (): void => writeFiles(join(root, 'root'), [change(path, undefined, 'new\n')])

    expect(codeOf(work)).toBe('PLACE_REFUSED')
    expect(treeOf(root)).toEqual(before)
  })

  it.each<[what: string, link: string, path: string]>([
    ['is a link', 'a.ts', 'a.ts'],
    ['lies below a link that leads out', 'lib', 'lib/prisma.ts'],
    ['lies below a link to nothing', 'lost', 'lost/prisma.ts'],
  ])('does not write to what %s', (_, link, path) => {
    const root = plant({ 'outside/prisma.ts': 'theirs\n', 'root/src/b.ts': '' })
    symlinkSync(
      link === 'a.ts' ? 'src/b.ts' : link === 'lib' ? '../outside' : '../nowhere',
      join(root, 'root', link),
    )
    const before = treeOf(root)

    const work = (): void => writeFiles(join(root, 'root'), [change(path, undefined, 'new\n')])

    expect(codeOf(work)).toBe('PLACE_REFUSED')
    expect(treeOf(root)).toEqual(before)
  })

  it('writes below a link that stays inside', () => {
    const root = plant({ 'packages/api/a.ts': 'old a\n' })
    symlinkSync('packages/api', join(root, 'api'))

    writeFiles(root, [change('api/lib/prisma.ts', undefined, 'new\n')])

    expect(readFileSync(join(root, 'packages/api/lib/prisma.ts'), 'utf8')).toBe('new\n')
  })

  it('does not write while another run does', () => {
    const root = plant(OLD)
    beginJournal(root, CHANGES)
    const before = treeOf(root)

    expect(codeOf(() => writeFiles(root, CHANGES))).toBe('WRITE_IN_PROGRESS')
    expect(treeOf(root)).toEqual(before)
  })
})

describe('undoInterrupted', () => {
  /** A run that has written `a.ts`, and was killed then. */
  function interrupted(tree: Tree = OLD): string {
    const root = plant(tree)
    beginJournal(root, CHANGES)
    writeFileSync(join(root, 'a.ts'), 'new a\n')
    writeFileSync(join(root, 'src/b.ts.oneprisma-new'), 'new b\n')
    return root
  }

  it('has nothing to do where no run was cut off', () => {
    expect(undoInterrupted(plant(OLD))).toEqual({ restored: [], changed: [] })
  })

  it('gives back what was written, and removes what was not used', () => {
    const root = interrupted()

    expect(undoInterrupted(root)).toEqual({ restored: ['a.ts'], changed: [] })
    expect(textsOf(root)).toEqual(OLD)
  })

  it('removes a file that was not there, and its folders', () => {
    const root = plant(OLD)
    const before = treeOf(root)
    beginJournal(root, CHANGES)
    mkdirSync(join(root, 'lib/db'), { recursive: true })
    writeFileSync(join(root, 'lib/db/prisma.ts'), 'new client\n')

    expect(undoInterrupted(root).restored).toEqual(['lib/db/prisma.ts'])
    expect(treeOf(root)).toEqual(before)
  })

  it('keeps a new folder that somebody has put something into', () => {
    const root = plant(OLD)
    beginJournal(root, CHANGES)
    mkdirSync(join(root, 'lib/db'), { recursive: true })
    writeFileSync(join(root, 'lib/notes.txt'), 'mine')

    undoInterrupted(root)

    expect(textsOf(root)).toEqual({ ...OLD, 'lib/notes.txt': 'mine' })
  })

  it.each<[what: string, text: string]>([
    ['edited', 'new a, and an edit\n'],
    ['emptied', ''],
  ])('leaves a file as it is that was %s since', (_, text) => {
    const root = interrupted()
    writeFileSync(join(root, 'a.ts'), text)

    expect(undoInterrupted(root)).toEqual({ restored: [], changed: ['a.ts'] })
    expect(textsOf(root)).toEqual({ ...OLD, 'a.ts': text })
  })

  it('does not bring back a file that was deleted since', () => {
    const root = interrupted()
    rmSync(join(root, 'a.ts'))

    expect(undoInterrupted(root)).toEqual({ restored: [], changed: ['a.ts'] })
    expect(textsOf(root)).toEqual({ 'src/b.ts': 'old b\n', 'src/c.ts': 'old c\n' })
  })

  it('takes a journal that was cut off for one of a run that had done nothing', () => {
    const root = plant({ ...OLD, [JOURNAL]: '{"pid":12,"files":[{"pa' })

    expect(undoInterrupted(root)).toEqual({ restored: [], changed: [] })
    expect(textsOf(root)).toEqual(OLD)
  })

  it('waits for a run that is at it, and not for one that is long gone', () => {
    const root = plant({
      ...OLD,
      [JOURNAL]: { pid: process.ppid, files: [], folders: [] },
    })

    const early = codeOf(() => undoInterrupted(root))
    utimesSync(join(root, JOURNAL), new Date(), new Date(Date.now() - 3_600_000))
    const late = undoInterrupted(root)

    expect(early).toBe('WRITE_IN_PROGRESS')
    expect(late).toEqual({ restored: [], changed: [] })
    expect(textsOf(root)).toEqual(OLD)
  })

  it.skipIf(!isLinuxRoot)('keeps the journal where a file cannot be given back', () => {
    const root = interrupted()
    const file = join(root, 'a.ts')
    spawnSync('chattr', ['+i', file])
    onTestFinished(() => void spawnSync('chattr', ['-i', file]))

    const first = codeOf(() => undoInterrupted(root))
    spawnSync('chattr', ['-i', file])
    const second = undoInterrupted(root)

    expect(first).toBe('WRITE_FAILED')
    expect(second.restored).toEqual(['a.ts'])
    expect(textsOf(root)).toEqual(OLD)
  })

  it('is not confused by the journal of a folder below', () => {
    const root = plant(OLD)
    beginJournal(root, [change('src/b.ts', 'old b\n', 'new b\n')])
    beginJournal(join(root, 'src'), [change('c.ts', 'old c\n', 'new c\n')])
    writeFileSync(join(root, 'src/b.ts'), 'new b\n')
    writeFileSync(join(root, 'src/c.ts'), 'new c\n')

    expect(undoInterrupted(root).restored).toEqual(['src/b.ts'])
    expect(undoInterrupted(join(root, 'src')).restored).toEqual(['c.ts'])
    expect(textsOf(root)).toEqual(OLD)
  })
})

// More than any system numbers its processes.
const NOBODY = 2 ** 30

describe('a journal that came with a repository', () => {
  const entry = (path: string): object => ({ path, before: 'evil\n', after: hashOf('theirs\n') })

  it.each<[what: string, journal: unknown]>([
    ['leads out by dots', { pid: 1, files: [entry('../victim.ts')], folders: [] }],
    ['leads out by a path from the top', { pid: 1, files: [entry('/victim.ts')], folders: [] }],
    ['leads out by a link', { pid: 1, files: [entry('link/victim.ts')], folders: [] }],
    ['is the settings of git', { pid: 1, files: [entry('.git/config')], folders: [] }],
    ['is a hook of git', { pid: 1, files: [entry('.git/hooks/pre-commit')], folders: [] }],
    ['is what is installed', { pid: 1, files: [entry('node_modules/x/index.js')], folders: [] }],
    ['is a folder outside', { pid: 1, files: [], folders: ['../empty'] }],
    ['is a folder by a link', { pid: 1, files: [], folders: ['link/empty'] }],
    ['is no path', { pid: 1, files: [{ ...entry('a.ts'), path: 7 }], folders: [] }],
    ['has no list', { pid: 1 }],
    ['is a list', [entry('../victim.ts')]],
    ['is null', null],
  ])('is refused where it %s', (_, journal) => {
    const root = repository({
      'app/package.json': {},
      'app/a.ts': 'theirs\n',
      'victim.ts': 'theirs\n',
    })
    mkdirSync(join(root, 'empty'))
    symlinkSync('..', join(root, 'app/link'))
    writeFileSync(join(root, 'app', JOURNAL), JSON.stringify(journal))
    const before = treeOf(root)

    const { code, stdout, stderr } = oneprisma(join(root, 'app'), ['inventory'])

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(
      /^JOURNAL_INVALID: \.oneprisma-journal\.json is not used: .* delete it\.\n$/,
    )
    expect(treeOf(root)).toEqual(before)
  })

  it('is refused where it is a link', () => {
    const root = repository({
      'package.json': {},
      'journal.json': { pid: 1, files: [], folders: [] },
    })
    symlinkSync('journal.json', join(root, JOURNAL))

    expect(oneprisma(root, ['inventory']).stderr).toMatch(/^JOURNAL_INVALID: .*: it is no file\./)
  })

  it('makes no file', () => {
    const root = repository({ 'package.json': {} })
    const made = { pid: NOBODY, files: [entry('scripts/evil.js')], folders: ['scripts'] }
    writeFileSync(join(root, JOURNAL), JSON.stringify(made))

    const { code } = oneprisma(root, ['inventory'])

    expect(code).toBe(0)
    expect(Object.keys(textsOf(root))).toEqual(['package.json'])
  })
})

describe('the command after a run that was killed', () => {
  it('undoes it first, and says so', () => {
    const root = repository(EXPRESS)
    const before = treeOf(root)
    const text = readFileSync(join(root, 'server.js'), 'utf8')
    beginJournal(root, [
      change('server.js', text, 'new server\n'),
      change('routes/users.js', readFileSync(join(root, 'routes/users.js'), 'utf8'), 'new\n'),
    ])
    writeFileSync(join(root, 'server.js'), 'new server\n')
    writeFileSync(join(root, 'routes/users.js'), 'an edit of mine\n')
    utimesSync(join(root, JOURNAL), new Date(), new Date(Date.now() - 3_600_000))

    const { code, stderr } = oneprisma(root, ['inventory'])

    expect(code).toBe(0)
    expect(stderr).toBe(
      'An earlier run was cut off while it wrote: 1 file got the old text back.\n"routes/users.js" has been changed since that run was cut off, and is left as it is.\n',
    )
    expect(treeOf(root)).toEqual({ ...before, 'routes/users.js': expect.any(String) })
  })
})

function textsOf(root: string): Record<string, string> {
  const files = Object.entries(treeOf(root)).filter(
    ([path, what]) => what.includes(' ') && !path.startsWith('.git/'),
  )
  return Object.fromEntries(files.map(([path]) => [path, readFileSync(join(root, path), 'utf8')]))
}
