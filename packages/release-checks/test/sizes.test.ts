import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { pack } from './pack.ts'
import { NAMES, PUBLISHED, REPOSITORY } from './published-packages.ts'
import { BUNDLE_BUDGETS, overBudget, PACKAGE_BUDGETS, SHARE_PRISMA_BYTES } from './size-budgets.ts'
import { TemporaryFolder } from './temporary-folder.ts'

const temporary = new TemporaryFolder()
afterAll(() => temporary[Symbol.dispose]())

describe('the size', () => {
  it.each(NAMES)('of %s, installed, is within its budget', async (name) => {
    const { files, unpackedBytes } = await pack(name, temporary.path)

    const budget: Readonly<Record<string, number>> = { ...PACKAGE_BUDGETS[name] }
    expect(overBudget({ unpackedBytes, files: files.length }, budget)).toEqual([])
  })

  it('of every entry in the bundle of an application is within its budget', async () => {
    const folder = join(REPOSITORY, PUBLISHED['@oneprisma/client'])
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      exports: object
    }
    const entries = Object.keys(exports).filter((path) => !path.endsWith('.json'))

    const sizes = await Promise.all(
      entries.map(async (path) => [path, await bundledBytes(folder, path)] as const),
    )
    expect(overBudget(Object.fromEntries(sizes), BUNDLE_BUDGETS)).toEqual([])
    expect(Object.keys(BUNDLE_BUDGETS).toSorted()).toEqual(entries.toSorted())
  })

  it('of `sharePrisma` alone in such a bundle is within the limit of the bench', async () => {
    const folder = join(REPOSITORY, PUBLISHED['@oneprisma/client'])

    const bytes = await bundledBytes(folder, '.', '{ sharePrisma }')
    expect(bytes).toBeLessThanOrEqual(SHARE_PRISMA_BYTES)
  })
})

describe('overBudget', () => {
  it('finds what is too large, and what nobody has given a budget', () => {
    expect(overBudget({ './a': 11, './b': 10, './c': 1 }, { './a': 10, './b': 10 })).toEqual([
      './a is 11, and may be 10.',
      './c has no budget; it is 1.',
    ])
  })
})

/** What exports of a built entry add to a bundle in production, minified and gzipped. */
async function bundledBytes(folder: string, path: string, names = '*'): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export ${names} from '@oneprisma/client${path.slice(1)}'`,
      resolveDir: folder,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    write: false,
    // What a user has beside the package is counted to their account.
    external: ['@opentelemetry/api', 'prom-client'],
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
}
