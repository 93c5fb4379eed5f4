import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { REPOSITORY } from '../src/pages.ts'
import type { Fence, ParsedPage } from '../src/parse-page.ts'

/** What an info string says beside `ts` where the code is no program: ```` ```ts fragment ````. */
const FRAGMENT = 'fragment'

const LANGUAGES = new Set(['ts', 'tsx'])
const GENERATED = join(import.meta.dirname, '../generated')
const FIXTURES = '../../test/fixtures'
// The compiler of the root, which is what users of today have; the one of this workspace is typedoc's.
const require = createRequire(join(REPOSITORY, 'package.json'))

/** The fences of a page that are programs. */
export function programsOf(page: ParsedPage): Fence[] {
  return page.fences.filter(
    ({ language, marks }) => LANGUAGES.has(language) && !marks.includes(FRAGMENT),
  )
}

/**
 * Compiles every program of these pages, each by itself, in one run of the compiler.
 *
 * @returns A line for each error, with the page and the line there.
 */
export function typeCheck(pages: ReadonlyMap<string, ParsedPage>): string[] {
  mkdirSync(GENERATED, { recursive: true })
  const folder = mkdtempSync(join(GENERATED, 'fences-'))
  try {
    return typeCheckIn(folder, pages)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function typeCheckIn(folder: string, pages: ReadonlyMap<string, ParsedPage>): string[] {
  const project = {
    extends: `${FIXTURES}/tsconfig.json`,
    include: [`${FIXTURES}/*.d.ts`, '.'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project))
  const places = new Map<string, { path: string; line: number }>()
  for (const [path, page] of pages) {
    for (const { language, line, code } of programsOf(page)) {
      const file = `${path.replaceAll('/', '-')}-${line}.${language}`
      places.set(file, { path, line })
      writeFileSync(join(folder, file), code)
    }
  }
  return compile(folder).map((message) => {
    const [, file = '', line = '1', rest = message] =
      /^(?:.*\/)?([^/(]+)\((\d+),\d+\): (.*)$/s.exec(message) ?? []
    const place = places.get(file)
    return place === undefined ? message : `${place.path}:${place.line + Number(line) - 1} ${rest}`
  })
}

function compile(folder: string): string[] {
  const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [compiler, '-p', folder, '--pretty', 'false'],
    { encoding: 'utf8', timeout: 50_000 },
  )
  if (status === 0) return []
  // What belongs to an error is indented below it.
  const messages = stdout.split(/\n(?=\S)/).map((message) => message.trim())
  return [...messages.filter(Boolean), ...(stderr === '' ? [] : [stderr])]
}
