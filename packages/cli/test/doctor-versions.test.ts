import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCopies } from '../src/doctor/copies.ts'
import { lockedVersion } from '../src/doctor/locked-version.ts'
import { isRangeBelow, onlyMajorOf, rangeAllows, versionOf } from '../src/doctor/version-range.ts'
import { codesIn, findingsOf } from './doctor-run.ts'
import { HEALTHY } from './doctor-apps.ts'
import { addFiles, plant } from './project-fixture.ts'

describe('rangeAllows', () => {
  it.each<[range: string, takes: boolean | undefined]>([
    ['*', true],
    ['', true],
    ['x', true],
    ['>=7', true],
    ['>7.1.0', true],
    ['>=6.16.0 <9', true],
    ['^6 || ^7 || ^8', true],
    ['7 - 8', true],
    ['^8.0.0', true],
    ['8', true],
    ['^7.10.0', false],
    ['~7.10', false],
    ['7', false],
    ['7.x', false],
    ['7.10.1', false],
    ['=7.10.1', false],
    ['v7.10.1', false],
    ['>=6 <8', false],
    ['>= 6.0.0 < 8.0.0', false],
    ['<8', false],
    ['6 - 7', false],
    ['^7.0.0-dev.3', false],
    ['npm:@prisma/client@^7.1.0', false],
    ['workspace:^7.0.0', false],
    ['latest', undefined],
    ['github:prisma/prisma', undefined],
    ['file:../prisma', undefined],
  ])('%s: %s of 8.0.0', (range, takes) => {
    expect(rangeAllows(range, [8, 0, 0])).toBe(takes)
  })

  it.each<[range: string, below: boolean | undefined]>([
    ['^5.0.0', true],
    ['~6.15.0', true],
    ['6.15.9', true],
    ['<=6.15.0', true],
    ['^0.4.2', true],
    ['^6.0.0', false],
    ['6', false],
    ['>=5', false],
    ['^5 || ^6', false],
    ['next', undefined],
  ])('%s: whether all of it is below 6.16.0 is %s', (range, below) => {
    expect(isRangeBelow(range, [6, 16, 0])).toBe(below)
  })

  it.each<[range: string, major: number | undefined]>([
    ['^7.10.0', 7],
    ['7.x', 7],
    ['^6.1.0 || ~6.3.0', 6],
    ['^6 || ^7', undefined],
    ['>=7', undefined],
    ['latest', undefined],
  ])('%s: its only major is %s', (range, major) => {
    expect(onlyMajorOf(range)).toBe(major)
  })

  it.each<[text: string | undefined, version: readonly number[] | undefined]>([
    ['7.10.1', [7, 10, 1]],
    ['v20.19', [20, 19, 0]],
    ['8.0.0-rc.1', [8, 0, 0]],
    ['beta', undefined],
    [undefined, undefined],
  ])('reads %s', (text, version) => {
    expect(versionOf(text)).toEqual(version)
  })
})

describe('lockedVersion', () => {
  it.each<[what: string, text: string]>([
    ['Yarn 1', '"@prisma/client@^6.2.0":\n  version "6.19.0"\n  resolved "https://x"\n'],
    [
      'Yarn 1, several ranges',
      '"@prisma/client@^6.0.0", "@prisma/client@^6.2.0":\n  version "6.19.0"\n',
    ],
    ['Yarn 4', '"@prisma/client@npm:^6.2.0":\n  version: 6.19.0\n  resolution: "x"\n'],
    [
      'pnpm',
      "importers:\n  .:\n    dependencies:\n      '@prisma/client':\n        specifier: ^6.2.0\n        version: 6.19.0(prisma@6.19.0)\n",
    ],
    ['Bun', '    "@prisma/client": ["@prisma/client@6.19.0", "", {}, "sha"],\n'],
  ])('reads a lockfile of %s', (_, text) => {
    expect(lockedVersion(text, '@prisma/client', '^6.2.0')).toBe('6.19.0')
  })

  it('does not choose between two', () => {
    const text =
      '  a:\n      prisma:\n        specifier: ^6.2.0\n        version: 6.19.0\n  b:\n      prisma:\n        specifier: ^6.2.0\n        version: 6.3.0\n'

    expect(lockedVersion(text, 'prisma', '^6.2.0')).toBeUndefined()
  })

  it('does not take a package for another whose name it ends', () => {
    expect(
      lockedVersion('my-prisma@^6.2.0:\n  version "1.0.0"\n', 'prisma', '^6.2.0'),
    ).toBeUndefined()
  })
})

describe('readCopies', () => {
  const adapter = { name: '@prisma/adapter-pg', version: '7.10.1', dependencies: { pg: '^8.16.3' } }

  it('finds what Node.js would find, through the links of pnpm', () => {
    const store = 'node_modules/.pnpm'
    const root = plant({
      [`${store}/@prisma+adapter-pg@7.10.1/node_modules/@prisma/adapter-pg/package.json`]: adapter,
      [`${store}/pg@8.23.1/node_modules/pg/package.json`]: { name: 'pg', version: '8.23.1' },
      [`${store}/pg@8.16.3/node_modules/pg/package.json`]: { name: 'pg', version: '8.16.3' },
    })
    mkdirSync(join(root, 'node_modules/@prisma'))
    symlinkSync(
      join(root, store, '@prisma+adapter-pg@7.10.1/node_modules/@prisma/adapter-pg'),
      join(root, 'node_modules/@prisma/adapter-pg'),
    )
    symlinkSync(join(root, store, 'pg@8.16.3/node_modules/pg'), join(root, 'node_modules/pg'))
    symlinkSync(
      join(root, store, 'pg@8.23.1/node_modules/pg'),
      join(root, store, '@prisma+adapter-pg@7.10.1/node_modules/pg'),
    )

    const copies = readCopies(root)
    const found = copies?.find('@prisma/adapter-pg', '')

    expect(copies?.find('pg', '')?.version).toBe('8.16.3')
    expect(copies?.find('pg', found?.place ?? '')?.version).toBe('8.23.1')
    expect(copies?.find('mysql2', '')).toBeUndefined()
  })

  it('prefers what is installed to what is locked', () => {
    const lock = { packages: { 'node_modules/pg': { version: '8.16.3' } } }
    const root = plant({ 'package-lock.json': lock })

    expect(readCopies(root)?.find('pg', 'packages/api')).toMatchObject({ version: '8.16.3' })

    addFiles(root, { 'node_modules/pg/package.json': { version: '8.23.1' } })
    expect(readCopies(root)?.find('pg', 'packages/api')).toMatchObject({ version: '8.23.1' })
  })

  it('finds the packages of a workspace that npm links', () => {
    const root = plant({
      'package-lock.json': {
        packages: {
          'node_modules/@acme/db': { resolved: 'packages/db', link: true },
          'packages/db': { version: '1.0.0', dependencies: { pg: '^8' } },
          'packages/db/node_modules/pg': { version: '8.1.0' },
        },
      },
    })

    const copy = readCopies(root)?.find('@acme/db', 'apps/web')

    expect(copy).toMatchObject({ place: 'packages/db', version: '1.0.0', needs: { pg: '^8' } })
    expect(readCopies(root)?.find('pg', copy?.place ?? '')?.version).toBe('8.1.0')
  })

  it.each<[what: string, text: string]>([
    ['of npm 6, which lists no places', '{"lockfileVersion":1,"dependencies":{}}'],
    ['that is broken', '{'],
  ])('has no use for a lockfile %s', (_, text) => {
    const root = plant({ 'package-lock.json': text })

    expect(readCopies(root)?.source).not.toBe('package-lock.json')
  })
})

describe('doctor', () => {
  const old = (range: string, version: string) => ({
    ...HEALTHY,
    'package.json': {
      dependencies: { '@prisma/client': range, prisma: range, '@prisma/adapter-pg': range },
    },
    'package-lock.json': {
      packages: Object.fromEntries(
        ['@prisma/client', 'prisma', '@prisma/adapter-pg'].map((name) => [
          `node_modules/${name}`,
          { version },
        ]),
      ),
    },
  })

  it.each<[range: string, version: string, codes: readonly string[]]>([
    ['^6.0.0', '6.15.0', ['PRISMA_TOO_OLD']],
    ['^6.0.0', '6.16.0', []],
    ['^6.0.0', '6.19.0', []],
    ['^7.0.0', '7.10.1', []],
  ])('judges %s by the locked %s', async (range, version, codes) => {
    const found = await codesIn(old(range, version))

    expect(found.filter((code) => code === 'PRISMA_TOO_OLD')).toEqual(codes)
  })

  it('takes an old Prisma for an error where the client is to be shared', async () => {
    const app = old('6.15.0', '6.15.0')
    const dependencies = { ...app['package.json'].dependencies, '@oneprisma/client': '^0.1.0' }

    const findings = await findingsOf({ ...app, 'package.json': { dependencies } })

    expect(findings.find(({ code }) => code === 'PRISMA_TOO_OLD')).toMatchObject({
      severity: 'error',
      evidence: { version: '6.15.0' },
    })
  })

  it('reads the range of a catalog of pnpm, and not what it may build', async () => {
    const codes = await codesIn({
      ...HEALTHY,
      'package.json': { dependencies: { '@prisma/client': 'catalog:', prisma: 'catalog:' } },
      'pnpm-workspace.yaml':
        "onlyBuiltDependencies:\n  '@prisma/client': true\n  prisma: true\ncatalog:\n  '@prisma/client': ^7.10.0\n  prisma: ^7.10.0\n",
    })

    expect(codes).toEqual([])
  })
})
