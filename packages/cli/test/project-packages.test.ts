import { describe, expect, it } from 'vitest'
import { projectOf } from './project-fixture.ts'

describe('readProject: packages', () => {
  it('makes every package.json a package, the deepest first, and the root always one', async () => {
    const project = await projectOf({
      'apps/web/package.json': { name: 'web', type: 'module', scripts: { dev: 'next dev' } },
      'apps/web/e2e/package.json': { name: 'e2e' },
      'apps/web/src/a.ts': '',
      'packages/db/package.json': { name: '@acme/db' },
    })

    expect(project.packages.map(({ folder }) => folder)).toEqual([
      'apps/web/e2e',
      'apps/web',
      'packages/db',
      '',
    ])
    expect(project.packageOf('apps/web/src/a.ts')).toMatchObject({
      name: 'web',
      type: 'module',
      scripts: { dev: 'next dev' },
    })
    expect(project.packageOf('apps/web/e2e/deep/er.ts').name).toBe('e2e')
    expect(project.packageOf('apps/other/a.ts').folder).toBe('')
  })

  it('collects all kinds of dependencies', async () => {
    const project = await projectOf({
      'package.json': {
        dependencies: { a: '1', both: '1' },
        devDependencies: { b: '2', both: '2' },
        peerDependencies: { c: '3' },
        optionalDependencies: { d: '4', bad: 5 },
      },
    })

    expect(project.packageOf('x.ts').dependencies).toEqual({
      a: '1',
      b: '2',
      c: '3',
      d: '4',
      both: '1',
    })
  })

  it.each([
    ['text that is no JSON', '{ "name": '],
    ['a list', '[]'],
    ['nothing', ''],
  ])('makes %s a problem, and still has the package', async (_, text) => {
    const project = await projectOf({ 'packages/a/package.json': text })

    expect(project.problems).toMatchObject([
      { code: 'PACKAGE_JSON_INVALID', path: 'packages/a/package.json' },
    ])
    expect(project.packageOf('packages/a/x.ts')).toMatchObject({
      name: undefined,
      dependencies: {},
    })
  })

  it('reads a package.json with comments and trailing commas, and says that npm will not', async () => {
    const project = await projectOf({
      'package.json': '{\n // mine\n "name": "a//b", /* x */ "type": "module",\n}',
    })

    expect(project.packageOf('x.ts')).toMatchObject({ name: 'a//b', type: 'module' })
    expect(project.problems.map(({ code }) => code)).toEqual(['PACKAGE_JSON_INVALID'])
  })

  it('survives members of the wrong type', async () => {
    const project = await projectOf({
      'package.json': {
        name: 5,
        type: 'esm',
        dependencies: ['a'],
        scripts: 'x',
        exports: 7,
        imports: [],
      },
    })

    expect(project.packageOf('x.ts')).toMatchObject({
      name: undefined,
      type: undefined,
      scripts: {},
    })
    expect(project.resolve('#db', 'x.ts')).toBeUndefined()
  })

  it.each([
    ['next', { next: '15', express: '4' }],
    ['nuxt', { nuxt: '3' }],
    ['sveltekit', { '@sveltejs/kit': '2' }],
    ['remix', { '@remix-run/node': '2' }],
    ['remix', { '@react-router/dev': '7' }],
    ['astro', { astro: '5' }],
    ['nest', { '@nestjs/core': '10', '@nestjs/platform-express': '10', express: '4' }],
    ['fastify', { fastify: '5' }],
    ['express', { express: '4' }],
    ['node', { nextra: '1' }],
  ])('knows %s by what a package depends on', async (framework, dependencies) => {
    const project = await projectOf({ 'package.json': { dependencies } })

    expect(project.packageOf('x.ts').framework).toBe(framework)
  })

  it.each([
    ['pnpm', { 'package.json': { packageManager: 'pnpm@10.1.0' }, 'package-lock.json': '{}' }],
    ['pnpm', { 'pnpm-lock.yaml': '' }],
    ['yarn', { 'yarn.lock': '' }],
    ['bun', { 'bun.lock': '' }],
    ['bun', { 'bun.lockb': '' }],
    ['npm', { 'package-lock.json': '{}' }],
    ['npm', { 'package.json': { packageManager: 'other@1' } }],
  ])('knows the package manager %s', async (packageManager, tree) => {
    expect((await projectOf(tree)).packageManager).toBe(packageManager)
  })
})

describe('readProject: the major of Prisma', () => {
  it.each([
    ['^6.16.0', 6],
    ['~5.22', 5],
    ['7', 7],
    ['7.x', 7],
    ['v6.1.0', 6],
    ['6.0.0-dev.1', 6],
    ['npm:@prisma/client@5.1.0', 5],
    ['^6.16 || ^7', 7],
    ['>=5.0.0', 5],
    ['latest', undefined],
    ['https://example.com/6.tgz', undefined],
  ])('reads %s', async (range, major) => {
    const project = await projectOf({
      'package.json': { dependencies: { '@prisma/client': range } },
    })

    expect(project.packageOf('x.ts').prismaMajor).toBe(major)
  })

  it('asks what is installed where the range leaves it open', async () => {
    const installed = { 'node_modules/@prisma/client/package.json': { version: '6.19.1' } }
    const open = { 'package.json': { dependencies: { '@prisma/client': '^6 || ^7' } } }
    const tag = { 'package.json': { devDependencies: { '@prisma/client': 'latest' } } }

    expect((await projectOf({ ...open, ...installed })).packageOf('x').prismaMajor).toBe(6)
    expect((await projectOf({ ...tag, ...installed })).packageOf('x').prismaMajor).toBe(6)
  })

  it('reads a catalog of pnpm', async () => {
    const project = await projectOf({
      'pnpm-workspace.yaml': "catalog:\n  '@prisma/client': ^7.1.0\n  prisma: ^7.1.0\n",
      'package.json': { dependencies: { '@prisma/client': 'catalog:' } },
    })

    expect(project.packageOf('x.ts').prismaMajor).toBe(7)
  })

  it('takes that of the root, else that of the only package which has one', async () => {
    const byRoot = await projectOf({
      'package.json': { devDependencies: { prisma: '^6.2.0' } },
      'apps/web/package.json': {},
    })
    const byOther = await projectOf({
      'package.json': {},
      'packages/db/package.json': { dependencies: { '@prisma/client': '^5.0.0' } },
      'apps/web/package.json': {},
    })

    expect(byRoot.packageOf('apps/web/a.ts').prismaMajor).toBe(6)
    expect(byOther.packageOf('apps/web/a.ts').prismaMajor).toBe(5)
  })
})

describe('readProject: TypeScript', () => {
  it.each([
    ['a tsconfig.json and one file', { 'tsconfig.json': '{}', 'a.js': '', 'b.ts': '' }, true],
    ['a tsconfig.json alone', { 'tsconfig.json': '{}' }, true],
    ['a tsconfig.json and only JavaScript', { 'tsconfig.json': '{}', 'a.js': '' }, false],
    ['a jsconfig.json', { 'jsconfig.json': '{}', 'a.js': '', 'b.js': '', 'c.ts': '' }, false],
    ['mostly TypeScript', { 'a.ts': '', 'b.mts': '', 'c.js': '' }, true],
    ['nothing', {}, false],
  ])('sees %s', async (_, tree, expected) => {
    expect((await projectOf(tree)).packageOf('a').usesTypeScript).toBe(expected)
  })

  it('gives the options that matter, with what is extended', async () => {
    const project = await projectOf({
      'tsconfig.base.json': { compilerOptions: { strict: true, module: 'NodeNext' } },
      'apps/a/package.json': {},
      'apps/a/tsconfig.json': {
        extends: '../../tsconfig.base.json',
        compilerOptions: { verbatimModuleSyntax: true, paths: { '@/*': ['./src/*'] } },
      },
    })

    expect(project.packageOf('apps/a/x.ts').compiler).toEqual({
      file: 'apps/a/tsconfig.json',
      hasAliases: true,
      verbatimModuleSyntax: true,
      esModuleInterop: true,
      module: 'nodenext',
      moduleResolution: 'nodenext',
      allowImportingTsExtensions: false,
      strict: true,
    })
    expect(project.packageOf('x.ts').compiler.file).toBe('tsconfig.base.json')
  })

  it('takes jsconfig.json where there is no tsconfig.json', async () => {
    const both = await projectOf({ 'tsconfig.json': '{}', 'jsconfig.json': '{}' })
    const one = await projectOf({ 'jsconfig.json': '{}' })

    expect(both.packageOf('x').compiler.file).toBe('tsconfig.json')
    expect(one.packageOf('x').compiler.file).toBe('jsconfig.json')
  })
})
