import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../src/pages.ts'
import { read } from './checked-pages.ts'

const SOURCES = 'packages/client/src'
const page = read('docs/configuration.md')

describe('docs/configuration.md', () => {
  it('has a row for every variable of this package that the runtime reads', () => {
    const sources = readdirSync(join(REPOSITORY, SOURCES)).map((file) => read(`${SOURCES}/${file}`))
    const uses = sources.join('\n').matchAll(/process\.env\['(ONEPRISMA_[A-Z_]+)'\]/g)
    const variables = [...new Set([...uses].map(([, name = '']) => name))]
    const rows = [...page.matchAll(/^\| `(ONEPRISMA_[A-Z_]+)`/gm)].map(([, name = '']) => name)

    expect(variables.length).toBeGreaterThan(2)
    expect(rows.toSorted()).toEqual(variables.toSorted())
  })
})
