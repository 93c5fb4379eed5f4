import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../src/pages.ts'
import { parsePage, type ParsedPage } from '../src/parse-page.ts'
import { checkedPages, read } from './checked-pages.ts'

// A result of JSON.parse is what the file says.
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
const [, list = ''] = /BENCHES[^{]*\{\n(.*?)^\}/ms.exec(read('bench/src/main.ts')) ?? []
const benches = [...list.matchAll(/^ {2}'?([a-z-]+)/gm)].map(([, name = '']) => name)

function codeOf({ fences, inlineCodes }: ParsedPage): string[] {
  const shell = fences.filter(({ language }) => language === 'sh')
  return [...shell, ...inlineCodes].map(({ code }) => code)
}

function namedBy(pattern: RegExp, pages: Iterable<ParsedPage> = checkedPages().values()): string[] {
  const codes = [...pages].flatMap(codeOf)
  return codes.flatMap((code) => [...code.matchAll(pattern)].map(([, name = '']) => name))
}

const SCRIPT = /npm run ([\w:-]+)/g
const BENCH = /npm run bench -- ([a-z-]+)/g
const TESTS = /vitest run --project client ([^\n`]+)/g

describe('the commands of this repository, as the documentation names them', () => {
  it('are scripts of its package.json', () => {
    const named = namedBy(SCRIPT)

    expect(named.length).toBeGreaterThan(30)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })

  it('are benches that there are', () => {
    const named = namedBy(BENCH)

    expect(named.length).toBeGreaterThan(20)
    expect(named.filter((name) => !benches.includes(name))).toEqual([])
  })

  it('are files of tests', () => {
    const files = readdirSync(join(REPOSITORY, 'packages/client/test'))
    const named = namedBy(TESTS).flatMap((filters) => filters.split(' '))
    const missing = named.filter((filter) => {
      const name = filter.replace('packages/client/test/', '')
      return !files.some((file) => file.endsWith('.test.ts') && file.includes(name))
    })

    expect(named.length).toBeGreaterThan(3)
    expect(missing).toEqual([])
  })

  it('are found in text and in fences for a shell', () => {
    const page = parsePage('Run `npm run bench -- none`.\n\n```sh\nnpm run nothing\n```\n')

    expect(namedBy(SCRIPT, [page])).toEqual(['nothing', 'bench'])
    expect(namedBy(BENCH, [page])).toEqual(['none'])
  })
})
