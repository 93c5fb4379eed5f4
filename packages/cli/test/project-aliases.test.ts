import { describe, expect, it } from 'vitest'
import { projectOf, type Tree } from './project-fixture.ts'

async function aliases(tree: Tree, path: string, from: string): Promise<readonly string[]> {
  return (await projectOf(tree)).aliasesTo(path, from)
}

function withPaths(paths: object, options: object = {}): Tree {
  return { 'tsconfig.json': { compilerOptions: { ...options, paths } } }
}

describe('aliasesTo', () => {
  it('leaves out the extension, and is the shortest first', async () => {
    const tree = withPaths({ '@/*': ['./src/*'], '@lib/*': ['./src/lib/*'], '~/*': ['./*'] })

    expect(await aliases(tree, 'src/lib/prisma.ts', 'src/a.ts')).toEqual([
      '@lib/prisma',
      '@/lib/prisma',
      '~/src/lib/prisma',
    ])
  })

  it('knows a file that is about to be written', async () => {
    const tree = withPaths({ '@/*': ['./src/*'] })

    expect(await aliases(tree, 'src/lib/new.ts', 'src/a.ts')).toEqual(['@/lib/new'])
  })

  it('has none for a file that no path leads to', async () => {
    const tree = withPaths({ '@/*': ['./src/*'], '*': ['./*'] }, { baseUrl: '.' })

    expect(await aliases(tree, 'lib/prisma.ts', 'src/a.ts')).toEqual([])
  })

  it('leaves out an alias by which another file comes first', async () => {
    const tree = { ...withPaths({ '@/*': ['./src/*', './*'] }), 'src/lib/prisma.ts': '' }

    expect(await aliases(tree, 'lib/prisma.ts', 'src/a.ts')).toEqual([])
    expect(await aliases(tree, 'lib/other.ts', 'src/a.ts')).toEqual(['@/lib/other'])
    expect(await aliases(tree, 'src/lib/prisma.ts', 'src/a.ts')).toContain('@/lib/prisma')
  })

  it('leaves out an alias by which a longer pattern leads elsewhere', async () => {
    const tree = withPaths({ '@/*': ['./src/*'], '@/lib/*': ['./lib/*'] })

    expect(await aliases(tree, 'src/lib/prisma.ts', 'src/a.ts')).toEqual([])
    expect(await aliases(tree, 'lib/prisma.ts', 'src/a.ts')).toEqual(['@/lib/prisma'])
  })

  it('leaves out an alias that a file of the same name takes', async () => {
    const tree = { ...withPaths({ '@/*': ['./*'] }), 'lib/db.ts': '' }

    expect(await aliases(tree, 'lib/db.mjs', 'a.ts')).toEqual([])
  })

  it('names the folder of an index', async () => {
    const tree = withPaths({ '@/*': ['./src/*'], '@db': ['./src/db/index.ts'] })

    expect(await aliases(tree, 'src/db/index.ts', 'src/a.ts')).toEqual(['@db', '@/db'])
  })

  it('knows exact paths with and without the extension', async () => {
    const tree = withPaths({ '@db': ['./src/db'], '@db2': ['./src/db.ts'] })

    expect(await aliases(tree, 'src/db.ts', 'src/a.ts')).toEqual(['@db', '@db2'])
  })

  it('follows a baseUrl', async () => {
    const paths = { '@/*': ['*'], '@utils/*': ['utils/*'] }
    const tree = withPaths(paths, { baseUrl: 'src' })

    expect(await aliases(tree, 'src/utils/prisma.ts', 'src/a.ts')).toEqual([
      '@utils/prisma',
      '@/utils/prisma',
    ])
  })

  it('goes by the configuration that holds for the file which imports', async () => {
    const tree = {
      ...withPaths({ '~/*': ['./*'] }),
      'apps/a/tsconfig.json': { compilerOptions: { paths: { '@/*': ['./src/*'] } } },
    }

    expect(await aliases(tree, 'apps/a/src/db.ts', 'apps/a/x.ts')).toEqual(['@/db'])
    expect(await aliases(tree, 'apps/a/src/db.ts', 'scripts/x.ts')).toEqual(['~/apps/a/src/db'])
  })

  it('knows jsconfig.json, references, and a configuration whose extends is broken', async () => {
    const options = { compilerOptions: { paths: { '@/*': ['./*'] } } }

    expect(await aliases({ 'jsconfig.json': options }, 'lib/db.js', 'a.js')).toEqual(['@/lib/db'])
    expect(
      await aliases({ 'tsconfig.json': { extends: './gone', ...options } }, 'lib/db.ts', 'a.ts'),
    ).toEqual(['@/lib/db'])
    expect(
      await aliases(
        {
          'tsconfig.json': { files: [], references: [{ path: './tsconfig.app.json' }] },
          'tsconfig.app.json': options,
        },
        'lib/db.ts',
        'a.ts',
      ),
    ).toEqual(['@/lib/db'])
  })

  it('knows the imports of package.json and the aliases of SvelteKit', async () => {
    const imports = { '#db': './src/db.ts', '#lib/*': './src/lib/*.ts', '#all/*': './src/*' }
    const svelte = { 'package.json': { dependencies: { '@sveltejs/kit': '2' } } }

    expect(await aliases({ 'package.json': { imports } }, 'src/db.ts', 'a.ts')).toEqual([
      '#db',
      '#all/db.ts',
    ])
    expect(await aliases({ 'package.json': { imports } }, 'src/lib/db.ts', 'a.ts')).toEqual([
      '#lib/db',
      '#all/lib/db.ts',
    ])
    expect(await aliases(svelte, 'src/lib/server/db.ts', 'src/a.ts')).toEqual(['$lib/server/db'])
  })
})
