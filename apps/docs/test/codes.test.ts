import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../src/pages.ts'
import { read } from './checked-pages.ts'

// Each file that names codes, and the page that has a heading for each of them.
const PLACES: Readonly<Record<string, string>> = {
  'packages/client/src/errors.ts': 'docs/errors.md',
  'packages/client/src/warnings.ts': 'docs/errors.md',
  'packages/cli/src/errors.ts': 'docs/cli.md',
  'packages/cli/src/doctor/static-codes.ts': 'docs/doctor.md',
  'packages/cli/src/doctor/live-codes.ts': 'docs/doctor.md',
  'packages/testing/src/errors.ts': 'packages/testing/README.md',
}
const PAGES = [...new Set(Object.values(PLACES))]

function codesOf(source: string): string[] {
  return [...read(source).matchAll(/^ {2}\| '([A-Z][A-Z0-9_]+)'$/gm)].map(([, code = '']) => code)
}

function headingsOf(page: string): string[] {
  return [...read(page).matchAll(/^### ([A-Z][A-Z0-9_]+)$/gm)].map(([, heading = '']) => heading)
}

describe('the codes of errors, warnings and findings', () => {
  it.each(PAGES)('have a heading each in %s, and no heading is without a code', (page) => {
    const sources = Object.keys(PLACES).filter((source) => PLACES[source] === page)
    const codes = sources.flatMap(codesOf)

    expect(codes.length).toBeGreaterThan(10)
    expect(headingsOf(page).toSorted()).toEqual(codes.toSorted())
  })

  it('are named by no other file of errors', () => {
    const files = ['client', 'cli', 'eslint-plugin', 'sites', 'testing'].flatMap((name) => {
      const folder = `packages/${name}/src`
      const paths = readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      return paths
        .filter((path) => /(?:^|\/)(?:errors|warnings)\.ts$/.test(path))
        .map((path) => `${folder}/${path}`)
    })

    expect(files.filter((file) => !(file in PLACES))).toEqual([])
  })
})
