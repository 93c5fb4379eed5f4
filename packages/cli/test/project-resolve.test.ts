import { describe, expect, it } from 'vitest'
import { meaningOf, projectOf, type Tree } from './project-fixture.ts'

const SCHEMA =
  'generator client {\n  provider = "prisma-client"\n  output = "../src/generated/prisma"\n}'

async function meaning(tree: Tree, specifier: string, from: string): Promise<string | undefined> {
  return meaningOf(await projectOf(tree), specifier, from)
}

describe('resolve: the client in node_modules', () => {
  it.each([
    ['@prisma/client', 'client'],
    ['@prisma/client/index', 'client'],
    ['@prisma/client/index.js', 'client'],
    ['@prisma/client/default', 'client'],
    ['@prisma/client/edge', 'edge client'],
    ['@prisma/client/edge.js', 'edge client'],
    ['@prisma/client/wasm', 'edge client'],
    ['@prisma/client/react-native', 'edge client'],
    ['.prisma/client', 'client'],
    ['.prisma/client/edge', 'edge client'],
    ['../node_modules/.prisma/client', 'client'],
    ['../node_modules/.prisma/client/index.js', 'client'],
    ['../node_modules/@prisma/client', 'client'],
    ['@prisma/client/extension', undefined],
    ['@prisma/client/runtime/library', undefined],
    ['@prisma/client-generator', undefined],
    ['@prisma/adapter-pg', undefined],
    ['node:fs', undefined],
    ['react', undefined],
    ['https://example.com/generated/prisma/client', undefined],
  ])('takes %s for %s', async (specifier, expected) => {
    expect(await meaning({}, specifier, 'src/a.ts')).toBe(expected)
  })

  it('follows an alias for @prisma/client to a file of the repository', async () => {
    const tree = {
      'tsconfig.json': { compilerOptions: { paths: { '@prisma/client': ['./shim.ts'] } } },
      'shim.ts': '',
    }

    expect(await meaning(tree, '@prisma/client', 'src/a.ts')).toBe('shim.ts')
  })

  it('is not misled by a baseUrl or a path for everything', async () => {
    const paths = { '*': ['./node_modules/*', './types/*'] }
    const tree = { 'tsconfig.json': { compilerOptions: { baseUrl: '.', paths } } }

    expect(await meaning(tree, '@prisma/client', 'src/a.ts')).toBe('client')
    expect(await meaning(tree, 'react', 'src/a.ts')).toBeUndefined()
  })
})

describe('resolve: a generated client that is not there', () => {
  const tree = {
    'prisma/schema.prisma': SCHEMA,
    'tsconfig.json': { compilerOptions: { paths: { '@/*': ['./src/*'] } } },
  }

  it.each([
    ['./generated/prisma', 'client of src/generated/prisma'],
    ['./generated/prisma/', 'client of src/generated/prisma'],
    ['./generated/prisma/client', 'client of src/generated/prisma'],
    ['./generated/prisma/client.js', 'client of src/generated/prisma'],
    ['./generated/prisma/client.ts', 'client of src/generated/prisma'],
    ['./generated/prisma/index.mjs', 'client of src/generated/prisma'],
    ['./generated/prisma/edge', 'edge client of src/generated/prisma'],
    ['./generated/prisma/wasm.js', 'edge client of src/generated/prisma'],
    ['@/generated/prisma/client', 'client of src/generated/prisma'],
    ['../src/generated/prisma', 'client of src/generated/prisma'],
    ['./generated/prisma/enums', undefined],
    ['./generated/prisma/models/User', undefined],
    ['./generated/prisma/browser', undefined],
    ['./generated/other', undefined],
  ])('takes %s for %s', async (specifier, expected) => {
    expect(await meaning(tree, specifier, 'src/a.ts')).toBe(expected)
  })

  it('takes an output that lies in node_modules for a package', async () => {
    const schema = (output: string): string =>
      `generator a {\n provider = "prisma-client-js"\n output = "../node_modules/${output}"\n}`

    const named = { 'prisma/schema.prisma': schema('@acme/logs-client') }
    const dotted = { 'prisma/schema.prisma': schema('.prisma/logs') }

    expect(await meaning(named, '@acme/logs-client', 'src/a.ts')).toBe(
      'client of node_modules/@acme/logs-client',
    )
    expect(await meaning(dotted, '.prisma/logs/edge', 'src/a.ts')).toBe(
      'edge client of node_modules/.prisma/logs',
    )
    expect(await meaning(named, '@acme/logs-client-two', 'src/a.ts')).toBeUndefined()
  })

  it('takes a committed client for the client, and its other files for files', async () => {
    const committed = {
      ...tree,
      'src/generated/prisma/client.ts': '',
      'src/generated/prisma/enums.ts': '',
    }

    expect(await meaning(committed, './generated/prisma/client', 'src/a.ts')).toBe(
      'client of src/generated/prisma',
    )
    expect(await meaning(committed, './generated/prisma/enums', 'src/a.ts')).toBe(
      'src/generated/prisma/enums.ts',
    )
  })
})

describe('resolve: what only looks like a generated client', () => {
  it.each([
    ['../generated/prisma', 'client'],
    ['../generated/prisma/client', 'client'],
    ['../generated/prisma/client.js', 'client'],
    ['../generated/prisma/edge', 'edge client'],
    ['../generated/prisma-client', 'client'],
    ['../prisma/generated/client', 'client'],
    ['../generated/client', 'client'],
    ['@/generated/prisma', 'client'],
    ['~/generated/prisma/client', 'client'],
    ['#generated/prisma/client', 'client'],
    ['src/generated/prisma', 'client'],
    ['../generated/prisma/enums', undefined],
    ['../generated/prisma/zod', undefined],
    ['../generated/api', undefined],
    ['../prisma/client', undefined],
    ['some-package/generated/prisma', undefined],
  ])('takes %s for %s', async (specifier, expected) => {
    expect(await meaning({}, specifier, 'src/a.ts')).toBe(expected)
  })

  it('prefers a file that is there', async () => {
    const tree = { 'generated/prisma/client.ts': '' }

    expect(await meaning(tree, '../generated/prisma/client', 'src/a.ts')).toBe(
      'generated/prisma/client.ts',
    )
  })

  it('sees it through a package of the workspace', async () => {
    const tree = { 'packages/db/package.json': { name: '@acme/db' } }

    expect(await meaning(tree, '@acme/db/generated/prisma/client', 'apps/a.ts')).toBe('client')
  })
})

describe('resolve: files', () => {
  const tree = {
    'src/a.ts': '',
    'src/a.js': '',
    'src/b.tsx': '',
    'src/c.mjs': '',
    'src/d.mts': '',
    'src/e.cts': '',
    'src/db/index.ts': '',
    'src/db.server.ts': '',
    'src/View.vue': '',
    'src/twin.ts': '',
    'src/twin/index.ts': '',
    'index.js': '',
  }

  it.each([
    ['./a', 'src/a.ts'],
    ['./a.js', 'src/a.js'],
    ['./a.ts', 'src/a.ts'],
    ['./b', 'src/b.tsx'],
    ['./b.js', 'src/b.tsx'],
    ['./c', 'src/c.mjs'],
    ['./c.mjs', 'src/c.mjs'],
    ['./d.mjs', 'src/d.mts'],
    ['./e.cjs', 'src/e.cts'],
    ['./db', 'src/db/index.ts'],
    ['./db/', 'src/db/index.ts'],
    ['./db/index.js', 'src/db/index.ts'],
    ['./db.server', 'src/db.server.ts'],
    ['./View.vue', 'src/View.vue'],
    ['./twin', 'src/twin.ts'],
    ['./twin/', 'src/twin/index.ts'],
    ['..', 'index.js'],
    ['../', 'index.js'],
    ['./a?raw', 'src/a.ts'],
    ['./none', undefined],
    ['../../outside', undefined],
  ])('takes %s for %s', async (specifier, expected) => {
    expect(await meaning(tree, specifier, 'src/x.ts')).toBe(expected)
  })
})

describe('resolve: aliases', () => {
  it('follows baseUrl, paths of several targets and exact paths', async () => {
    const project = await projectOf({
      'tsconfig.json': {
        compilerOptions: {
          baseUrl: 'src',
          paths: { '@/*': ['gen/*', '*'], '@config': ['config'], '~/*': ['../*'] },
        },
      },
      'src/lib/db.ts': '',
      'src/config/index.ts': '',
      'root.ts': '',
    })

    expect(meaningOf(project, '@/lib/db', 'src/a.ts')).toBe('src/lib/db.ts')
    expect(meaningOf(project, '@config', 'src/a.ts')).toBe('src/config/index.ts')
    expect(meaningOf(project, '~/root', 'src/a.ts')).toBe('root.ts')
    expect(meaningOf(project, 'lib/db', 'src/a.ts')).toBe('src/lib/db.ts')
  })

  it('takes targets without a baseUrl from the folder of the file', async () => {
    const tree = {
      'jsconfig.json': { compilerOptions: { paths: { '@/*': ['src/*'] } } },
      'src/db.js': '',
    }

    expect(await meaning(tree, '@/db', 'pages/a.js')).toBe('src/db.js')
  })

  it('takes the nearest configuration, whatever it includes', async () => {
    const project = await projectOf({
      'tsconfig.json': { compilerOptions: { paths: { '@/*': ['./*'] } }, include: ['nothing'] },
      'apps/a/tsconfig.json': { compilerOptions: { paths: { '@/*': ['./src/*'] } } },
      'db.ts': '',
      'apps/a/src/db.ts': '',
    })

    expect(meaningOf(project, '@/db', 'scripts/x.ts')).toBe('db.ts')
    expect(meaningOf(project, '@/db', 'apps/a/deep/x.ts')).toBe('apps/a/src/db.ts')
  })

  it('follows the references of a configuration that has no paths', async () => {
    const tree = {
      'tsconfig.json': { files: [], references: [{ path: './tsconfig.app.json' }] },
      'tsconfig.app.json': { compilerOptions: { paths: { '@/*': ['./src/*'] } } },
      'src/db.ts': '',
    }

    expect(await meaning(tree, '@/db', 'src/a.ts')).toBe('src/db.ts')
  })

  it('knows the aliases that SvelteKit and Nuxt write into folders which git ignores', async () => {
    const svelte = await projectOf({
      'package.json': { dependencies: { '@sveltejs/kit': '2' } },
      'src/lib/server/db.ts': '',
    })
    const nuxt = await projectOf({
      'package.json': { dependencies: { nuxt: '3' } },
      'app/lib/db.ts': '',
      'server/db.ts': '',
    })

    expect(meaningOf(svelte, '$lib/server/db', 'src/routes/+page.server.ts')).toBe(
      'src/lib/server/db.ts',
    )
    expect(meaningOf(nuxt, '~/lib/db', 'app/a.ts')).toBe('app/lib/db.ts')
    expect(meaningOf(nuxt, '~~/server/db', 'app/a.ts')).toBe('server/db.ts')
  })

  it('follows the imports of package.json', async () => {
    const project = await projectOf({
      'package.json': {
        imports: {
          '#db': './src/db.ts',
          '#lib/*': { types: './dist/lib/*.d.ts', default: './dist/lib/*.js' },
          '#prisma': '@prisma/client',
          '#loop': '#loop',
        },
      },
      'src/db.ts': '',
      'src/lib/a.ts': '',
    })

    expect(meaningOf(project, '#db', 'src/x.ts')).toBe('src/db.ts')
    expect(meaningOf(project, '#lib/a', 'src/x.ts')).toBe('src/lib/a.ts')
    expect(meaningOf(project, '#prisma', 'src/x.ts')).toBe('client')
    expect(meaningOf(project, '#loop', 'src/x.ts')).toBeUndefined()
  })
})

describe('resolve: packages of the workspace', () => {
  it.each([
    ['a string', { exports: './src/index.ts' }, '@acme/db', 'packages/db/src/index.ts'],
    ['the main entry', { main: './src/index.ts' }, '@acme/db', 'packages/db/src/index.ts'],
    ['types alone', { types: 'src/index.ts' }, '@acme/db', 'packages/db/src/index.ts'],
    ['no entry at all', {}, '@acme/db', 'packages/db/src/index.ts'],
    ['what is not built', { main: 'dist/index.js' }, '@acme/db', 'packages/db/src/index.ts'],
    [
      'a build of two formats',
      { main: 'dist/cjs/index.js' },
      '@acme/db',
      'packages/db/src/index.ts',
    ],
    [
      'conditions',
      {
        exports: { '.': { import: { types: './dist/index.d.mts', default: './dist/index.mjs' } } },
      },
      '@acme/db',
      'packages/db/src/index.ts',
    ],
    [
      'a list of targets',
      { exports: { '.': ['./none.js', './src/index.ts'] } },
      '@acme/db',
      'packages/db/src/index.ts',
    ],
    [
      'a browser build, last',
      { exports: { browser: './src/other.ts', default: './src/index.ts' } },
      '@acme/db',
      'packages/db/src/index.ts',
    ],
    [
      'a subpath',
      { exports: { '.': './dist/index.js', './client': './dist/client.js' } },
      '@acme/db/client',
      'packages/db/src/client.ts',
    ],
    [
      'a pattern',
      { exports: { './*': './src/*.ts', './deep/*': './src/other.ts' } },
      '@acme/db/client',
      'packages/db/src/client.ts',
    ],
    [
      'the longest pattern',
      { exports: { './*': './none/*.ts', './deep/*': './src/*.ts' } },
      '@acme/db/deep/client',
      'packages/db/src/client.ts',
    ],
    ['a path without exports', {}, '@acme/db/src/client', 'packages/db/src/client.ts'],
    ['a path that exports hides', { exports: './src/index.ts' }, '@acme/db/src/client', undefined],
    [
      'a generated client',
      { exports: { './prisma': './generated/client/index.js' } },
      '@acme/db/prisma',
      'client of packages/db/generated/client',
    ],
  ])('follows %s', async (_, json, specifier, expected) => {
    const tree = {
      'packages/db/package.json': { name: '@acme/db', ...json },
      'packages/db/src/index.ts': '',
      'packages/db/src/client.ts': '',
      'packages/db/src/other.ts': '',
      'packages/db/prisma/schema.prisma':
        'generator client {\n provider = "prisma-client-js"\n output = "../generated/client"\n}',
    }

    expect(await meaning(tree, specifier, 'apps/web/a.ts')).toBe(expected)
  })

  it('follows links and aliases among the dependencies', async () => {
    const project = await projectOf({
      'apps/web/package.json': {
        dependencies: { linked: 'link:../../packages/db', renamed: 'workspace:@acme/db@*' },
      },
      'packages/db/package.json': { name: '@acme/db', main: 'index.ts' },
      'packages/db/index.ts': '',
    })

    expect(meaningOf(project, 'linked', 'apps/web/a.ts')).toBe('packages/db/index.ts')
    expect(meaningOf(project, 'renamed', 'apps/web/a.ts')).toBe('packages/db/index.ts')
    expect(meaningOf(project, 'linked', 'apps/other/a.ts')).toBeUndefined()
  })

  it('enters a folder by its package.json', async () => {
    const project = await projectOf({
      'packages/db/package.json': { name: 'db', main: 'lib/main.js' },
      'packages/db/lib/main.js': '',
      'packages/a/package.json': { main: '../b' },
      'packages/b/package.json': { main: '../a' },
    })

    expect(meaningOf(project, '../packages/db', 'src/a.js')).toBe('packages/db/lib/main.js')
    expect(meaningOf(project, '../packages/a', 'src/a.js')).toBeUndefined()
  })
})
