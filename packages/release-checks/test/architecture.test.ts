import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundledInputs } from './bundled-inputs.ts'
import { REPOSITORY } from './published-packages.ts'

const page = readFileSync(join(REPOSITORY, 'docs/architecture.md'), 'utf8')
const ENTRIES: Readonly<Record<string, string>> = {
  client: 'src/index.ts',
  sites: 'src/index.ts',
  cli: 'src/cli.ts',
  'eslint-plugin': 'src/index.ts',
}

/** The rows of the page's table with this heading: the code spans of each column. */
function rowsUnder(heading: string): readonly (readonly string[][])[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const rows = (section.split('\n## ')[0] ?? '').match(/^\| +`.*$/gm) ?? []
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)),
  )
}

/** The other packages of this repository that a package is made of. */
async function importedBy(name: string, entry: string): Promise<string[]> {
  const inputs = await bundledInputs(join(REPOSITORY, 'packages', name), [entry])
  const byPath = Object.keys(inputs).flatMap((path) => /^\.\.\/([\w-]+)\//.exec(path)?.[1] ?? [])
  const byName = Object.values(inputs)
    .flatMap(({ imports }) => imports)
    .flatMap(({ path }) => /^@oneprisma\/([\w-]+)/.exec(path)?.[1] ?? [])
  return [...new Set([...byPath, ...byName])].toSorted()
}

describe('docs/architecture.md', () => {
  it.each(Object.entries(ENTRIES))('says what %s imports of the others', async (name, entry) => {
    const row = rowsUnder('Packages').find(([first]) => first?.[0] === name)

    expect(row?.[2]?.toSorted()).toEqual(await importedBy(name, entry))
  })

  it('names every symbol under which the runtime keeps something', () => {
    const folder = join(REPOSITORY, 'packages/client/src')
    const source = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n')

    const kept = [...source.matchAll(/Symbol\.for\('(@oneprisma\/[^']+)'\)/g)].map(([, key]) => key)
    const named = rowsUnder('Where state lives').map(([key]) => key?.[0])
    expect(new Set(named)).toEqual(new Set(kept))
  })
})
