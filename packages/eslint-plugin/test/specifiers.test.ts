import { describe, expect, it } from 'vitest'
import type { OneprismaSettings } from '../src/plugin.d.ts'
import { readSettings } from '../src/settings.ts'
import { exportsOf, isEdgeSpecifier, isSharedFile, isSharedSpecifier } from '../src/specifiers.ts'

const given = (oneprisma: OneprismaSettings = {}) => readSettings({ oneprisma })

describe('exportsOf', () => {
  it.each([
    '@prisma/client',
    '@prisma/client/edge',
    '@prisma/client/default.js',
    '.prisma/client',
    '../../node_modules/.prisma/client/index.js',
    './generated/prisma',
    '@/generated/prisma/client',
    '../src/generated/client/index.js',
    './generated/prisma-client',
  ])('knows that %s exports the class', (specifier) => {
    expect(exportsOf(specifier, given())?.get('PrismaClient')?.kind).toBe('constructor')
  })

  it.each([
    '@prisma/client-runtime-utils',
    '@prisma/adapter-pg',
    '@prisma/client/extension',
    './generated/prismatic',
    './regenerated/prisma-schema',
    'prisma',
    './users',
  ])('leaves %s alone', (specifier) => {
    expect(exportsOf(specifier, given())).toBeUndefined()
  })

  it('takes modules of the settings, by globs', () => {
    const settings = given({ clientModules: ['@acme/{db,orm}-*', './client?'] })

    const found = [
      '@acme/db-main',
      '@acme/orm-x',
      '@acme/db-a/b',
      '@acme/other-x',
      './client2',
    ].filter((specifier) => exportsOf(specifier, settings) !== undefined)
    expect(found).toEqual(['@acme/db-main', '@acme/orm-x', './client2'])
  })

  it('knows the client of a shared module by the name of the settings', () => {
    const exports = exportsOf('@/lib/prisma', given({ sharedExport: 'store' }))

    expect(exports?.get('store')).toMatchObject({ kind: 'client', isShared: true })
    expect(exports?.get('Store')).toBeUndefined()
  })
})

describe('isSharedSpecifier', () => {
  it.each([
    './prisma',
    '../lib/prisma.js',
    '@/lib/prisma',
    '~/db',
    '#db',
    '@acme/db',
    '@/server/db/index.ts',
    './prisma-client',
    './prismaClient',
    './db.server',
    '../prisma/client',
  ])('guesses that %s is one', (specifier) => {
    expect(isSharedSpecifier(specifier, given())).toBe(true)
  })

  it.each([
    '@prisma/client',
    './generated/prisma',
    'prisma',
    './mydb',
    './prisma/users',
    './client',
  ])('does not guess so of %s', (specifier) => {
    expect(isSharedSpecifier(specifier, given())).toBe(false)
  })

  it('goes by the settings instead where they list modules', () => {
    const settings = given({ sharedModules: ['@acme/**'] })

    expect(isSharedSpecifier('@acme/data/client', settings)).toBe(true)
    expect(isSharedSpecifier('@/lib/prisma', settings)).toBe(false)
  })

  it('knows the shared module by a path from nearby', () => {
    const settings = given({ sharedModule: '@/server/store' })

    expect(isSharedSpecifier('../../server/store.js', settings)).toBe(true)
    expect(isSharedSpecifier('./store', settings)).toBe(true)
    expect(isSharedSpecifier('./bookstore', settings)).toBe(false)
    expect(isSharedSpecifier('store', settings)).toBe(false)
  })
})

describe('isEdgeSpecifier', () => {
  it('knows clients for edge runtimes by their path and by the settings', () => {
    const settings = given({ edgeModules: ['@/generated/edge-client/**'] })

    expect(isEdgeSpecifier('@prisma/client/edge', settings)).toBe(true)
    expect(isEdgeSpecifier('./generated/prisma/wasm.js', settings)).toBe(true)
    expect(isEdgeSpecifier('@/generated/edge-client/client', settings)).toBe(true)
    expect(isEdgeSpecifier('@prisma/client', settings)).toBe(false)
  })
})

describe('isSharedFile', () => {
  it('is the file that a specifier of the settings ends with', () => {
    const settings = given({ sharedModule: '@/server/store', sharedModules: ['#data/*', '~/orm'] })

    const files = [
      'src/server/store.ts',
      'server/store/index.js',
      'packages/web/data/main.mts',
      'orm.js',
      'src/server/bookstore.ts',
      'data/main/other.ts',
    ].filter((path) => isSharedFile(path, settings))
    expect(files).toEqual([
      'src/server/store.ts',
      'server/store/index.js',
      'packages/web/data/main.mts',
      'orm.js',
    ])
  })

  it('is none without settings', () => {
    expect(isSharedFile('lib/prisma.ts', given())).toBe(false)
  })
})
