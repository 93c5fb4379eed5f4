import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listFiles } from '../src/project/file-list.ts'
import { addFiles, plant, type Tree } from './project-fixture.ts'

function git(root: string, ...args: string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd: root,
    stdio: 'ignore',
  })
}

function plantRepository(tree: Tree): string {
  const root = plant(tree)
  git(root, 'init')
  git(root, 'add', '.')
  git(root, 'commit', '-m', 'All')
  return root
}

describe('listFiles in a git repository', () => {
  it('lists tracked and new files, and none that git ignores', async () => {
    const root = plantRepository({ '.gitignore': 'generated/\n', 'src/a.ts': '', 'README.md': '' })
    addFiles(root, { 'generated/b.ts': '', 'new.mjs': '' })

    const files = await listFiles(root)

    expect(files).toEqual({ code: ['new.mjs', 'src/a.ts'], config: [], skipped: [] })
  })

  it('lists only what is below a folder of the repository, relative to it', async () => {
    const root = plantRepository({ 'a.ts': '', 'apps/web/b.ts': '', 'apps/web/package.json': '{}' })

    const files = await listFiles(join(root, 'apps/web'))

    expect(files).toEqual({ code: ['b.ts'], config: ['package.json'], skipped: [] })
  })

  it('leaves out files that were deleted but not yet from git', async () => {
    const root = plantRepository({ 'a.ts': '', 'gone/b.ts': '', 'c.ts': '' })
    rmSync(join(root, 'gone'), { recursive: true })
    rmSync(join(root, 'c.ts'))

    expect(await listFiles(root)).toEqual({ code: ['a.ts'], config: [], skipped: [] })
  })

  it('reports links to code and to folders, and follows neither', async () => {
    const elsewhere = plant({ 'x.ts': '' })
    const root = plantRepository({ 'a.ts': '' })
    symlinkSync('a.ts', join(root, 'b.ts'))
    symlinkSync(elsewhere, join(root, 'linked'))
    symlinkSync('a.ts', join(root, 'notes.txt'))
    symlinkSync('nowhere.ts', join(root, 'broken.ts'))

    const files = await listFiles(root)

    expect(files.code).toEqual(['a.ts'])
    expect(files.skipped.map(({ path }) => path)).toEqual(['b.ts', 'broken.ts', 'linked'])
    expect(files.skipped[0]?.message).toContain('symbolic link')
  })

  it('does not read tracked files through a folder that has become a link', async () => {
    const elsewhere = plant({ 'x.ts': '' })
    const root = plantRepository({ 'lib/x.ts': '' })
    rmSync(join(root, 'lib'), { recursive: true })
    symlinkSync(elsewhere, join(root, 'lib'))

    const files = await listFiles(root)

    expect(files.code).toEqual([])
    expect(files.skipped.map(({ path }) => path)).toEqual(['lib'])
  })

  it('reports a folder in place of a tracked file', async () => {
    const root = plantRepository({ 'a.ts': '', 'b.ts': '' })
    rmSync(join(root, 'b.ts'))
    mkdirSync(join(root, 'b.ts'))

    const files = await listFiles(root)

    expect(files.code).toEqual(['a.ts'])
    expect(files.skipped).toEqual([
      { path: 'b.ts', line: 1, message: 'This is a folder where a file was expected.' },
    ])
  })

  it('reports a repository inside the repository', async () => {
    const root = plantRepository({ 'a.ts': '' })
    addFiles(root, { 'vendor/other/a.ts': '' })
    git(join(root, 'vendor/other'), 'init')
    git(join(root, 'vendor/other'), 'add', '.')
    git(join(root, 'vendor/other'), 'commit', '-m', 'All')

    const files = await listFiles(root)

    expect(files.code).toEqual(['a.ts'])
    expect(files.skipped.map(({ path }) => path)).toEqual(['vendor/other'])
  })

  it('leaves out node_modules and declarations that somebody committed', async () => {
    const root = plantRepository({
      'node_modules/x/index.js': '',
      'packages/a/node_modules/y/package.json': '{}',
      'types.d.ts': '',
      'types.d.mts': '',
      'a.cts': '',
    })

    expect(await listFiles(root)).toEqual({ code: ['a.cts'], config: [], skipped: [] })
  })

  it('starts no program that the repository names', async () => {
    const root = plantRepository({ 'a.ts': '' })
    git(root, 'config', 'core.fsmonitor', 'touch started; false')

    const files = await listFiles(root)

    expect(files.code).toEqual(['a.ts'])
    expect(existsSync(join(root, 'started'))).toBe(false)
  })

  it('walks a folder that its repository ignores', async () => {
    const root = plantRepository({ '.gitignore': 'copies/\n', 'copies/one/a.ts': '' })

    expect((await listFiles(join(root, 'copies/one'))).code).toEqual(['a.ts'])
  })
})

describe('listFiles without git', () => {
  it('knows every file that may hold code and every file of configuration', async () => {
    const code = ['a.js', 'a.jsx', 'a.mjs', 'a.cjs', 'a.ts', 'a.tsx', 'a.mts', 'a.cts']
    const components = ['a.vue', 'a.svelte', 'a.astro']
    const config = ['jsconfig.json', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']
    const more = ['prisma/a.prisma', 'tsconfig.base.json', 'tsconfig.json', 'yarn.lock']
    const other = ['README.md', 'data.json', 'style.css', 'mypackage.json']
    const both = ['prisma.config.ts']
    const names = [code, components, config, more, other, both].flat()
    const root = plant(Object.fromEntries(names.map((name) => [name, ''])))

    const files = await listFiles(root)

    expect(files.code).toEqual([...code, ...components, ...both].toSorted())
    expect(files.config).toEqual([...config, ...more, ...both].toSorted())
  })

  it('leaves out what tools write', async () => {
    const root = plant({
      'src/a.ts': '',
      'node_modules/x/a.js': '',
      '.next/server/a.js': '',
      'dist/a.js': '',
      'packages/a/build/a.js': '',
      'out/a.js': '',
      'coverage/a.js': '',
    })

    expect((await listFiles(root)).code).toEqual(['src/a.ts'])
  })

  it('leaves out what the .gitignore of the root names', async () => {
    const root = plant({
      '.gitignore': '# made\n/generated\ntmp/\n*.gen.ts\n!keep.gen.ts\nlib/**/old.ts\n',
      'generated/a.ts': '',
      'src/generated/b.ts': '',
      'src/tmp/c.ts': '',
      'src/d.gen.ts': '',
      'src/keep.gen.ts': '',
      'lib/x/y/old.ts': '',
    })

    expect((await listFiles(root)).code).toEqual(['src/generated/b.ts', 'src/keep.gen.ts'])
  })

  it('reports links and does not run in the circles they make', async () => {
    const root = plant({ 'src/a.ts': '' })
    symlinkSync('..', join(root, 'src/up'))
    symlinkSync('a.ts', join(root, 'src/b.ts'))

    const files = await listFiles(root)

    expect(files.code).toEqual(['src/a.ts'])
    expect(files.skipped.map(({ path }) => path)).toEqual(['src/b.ts', 'src/up'])
  })

  it('reads the files in a folder that is named like a file', async () => {
    const root = plant({ 'src/Button.tsx/index.tsx': '' })

    expect(await listFiles(root)).toMatchObject({
      code: ['src/Button.tsx/index.tsx'],
      skipped: [],
    })
  })

  it('reports a root that is not there', async () => {
    const files = await listFiles(join(plant({}), 'nowhere'))

    expect(files.skipped).toEqual([
      { path: '.', line: 1, message: 'This folder cannot be read (ENOENT).' },
    ])
  })
})
