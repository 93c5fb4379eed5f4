import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { circlesIn, importGraph } from './import-graph.ts'
import { contradictionsOf, layersOf } from './layers.ts'
import { REPOSITORY } from './published-packages.ts'
import { TemporaryFolder } from './temporary-folder.ts'

const layers = layersOf(readFileSync(join(REPOSITORY, 'docs/architecture.md'), 'utf8'))
const graph = await importGraph(join(REPOSITORY, 'packages/client/src'))

describe('the runtime', () => {
  it('is read whole', () => {
    expect(layers.length).toBeGreaterThan(3)
    expect(graph.size).toBeGreaterThan(100)
    expect(graph.get('index.ts')).toContain('share-prisma.ts')
  })

  it('imports downwards only, through the layers of docs/architecture.md', () => {
    expect(contradictionsOf(graph, layers)).toEqual([])
  })
})

describe('the imports', () => {
  it.each(['client', 'sites', 'cli', 'eslint-plugin', 'testing'])(
    'of %s make no circle',
    async (name) => {
      const imports = await importGraph(join(REPOSITORY, 'packages', name, 'src'))

      expect(imports.size).toBeGreaterThan(10)
      expect(circlesIn(imports)).toEqual([])
    },
  )
})

describe('importGraph', () => {
  it('sees what code imports, and not what types do', async () => {
    using folder = new TemporaryFolder()
    folder.write({
      'a.ts': `import type { B } from './inside/b.ts'\nimport { type C, c } from './c.ts'\nexport const a: B & C = c`,
      'inside/b.ts': `export * from '../c.ts'\nexport interface B {}`,
      'c.ts': `import { join } from 'node:path'\nexport const load = () => import('./a.ts')\nexport interface C {}\nexport const c = { join }`,
    })

    expect(await importGraph(folder.path)).toEqual(
      new Map([
        ['c.ts', ['a.ts']],
        ['a.ts', ['c.ts']],
        ['inside/b.ts', ['c.ts']],
      ]),
    )
  })
})

describe('circlesIn', () => {
  it('finds every circle once, and what leads into it not at all', () => {
    const circles = circlesIn(
      new Map([
        ['above.ts', ['one.ts']],
        ['one.ts', ['two.ts']],
        ['two.ts', ['three.ts', 'below.ts']],
        ['three.ts', ['one.ts']],
        ['self.ts', ['self.ts']],
        ['below.ts', []],
      ]),
    )

    expect(circles).toEqual([['one.ts', 'three.ts', 'two.ts'], ['self.ts']])
  })
})

describe('contradictionsOf', () => {
  const PAGE = `
## Layers of it

1. **Top**, what is asked for: \`index\`.
2. **Ground**, what all stand on: \`ground-*\`, \`errors\`.
`

  it('accepts imports down and beside', () => {
    const imports = new Map([
      ['index.ts', ['ground-a.ts', 'errors.ts']],
      ['ground-a.ts', ['errors.ts']],
      ['errors.ts', []],
    ])

    expect(contradictionsOf(imports, layersOf(PAGE))).toEqual([])
  })

  it('finds an import upwards, a file in no layer, one in two, and a name without a file', () => {
    const imports = new Map([
      ['index.ts', []],
      ['ground-a.ts', ['index.ts']],
      ['elsewhere.ts', []],
    ])
    const twice = layersOf(`${PAGE}3. **Twice**, again: \`ground-*\`.\n`)

    expect(contradictionsOf(imports, layersOf(PAGE))).toEqual([
      'elsewhere.ts is in 0 layers of docs/architecture.md.',
      'ground-a.ts imports index.ts, which is in a layer above it.',
      'docs/architecture.md names errors, which no file is called.',
    ])
    expect(contradictionsOf(imports, twice)).toContain(
      'ground-a.ts is in 2 layers of docs/architecture.md.',
    )
  })
})
