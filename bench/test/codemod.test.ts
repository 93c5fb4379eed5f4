import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { generateRepository } from '../src/codemod/generate-repository.ts'
import { Random } from '../src/codemod/random.ts'
import { withGenerated, type Sources } from '../src/codemod/sources.ts'
import {
  INVENTORY,
  JSCODESHIFT_ALL,
  JSCODESHIFT_COMMAND,
  TS_MORPH_ALL,
  TS_MORPH_PREFILTERED,
} from '../src/codemod/tool.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-codemod-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe('generateRepository', () => {
  it('plants the same sites on the same lines each time', () => {
    const [one, other] = [temporaryFolder(), temporaryFolder()]

    const sites = generateRepository(one, 400)

    expect(generateRepository(other, 400)).toEqual(sites)
    expect(sites.length).toBeGreaterThan(2)
    for (const { path, line, kind } of sites) {
      const text = readFileSync(join(one, path), 'utf8')
      expect(text.split('\n')[line - 1]).toMatch(kind === 'extends' ? /\bextends\b/ : /\bnew\b/)
      expect(readFileSync(join(other, path), 'utf8')).toBe(text)
      expect(text).not.toContain('⟦')
    }
  })
})

describe('the tools of the codemod bench', () => {
  it('find the same sites', () => {
    const tools = [
      INVENTORY,
      JSCODESHIFT_ALL,
      JSCODESHIFT_COMMAND,
      TS_MORPH_ALL,
      TS_MORPH_PREFILTERED,
    ]

    const measure = (sources: Sources) => ({
      planted: sources.planted?.flatMap(({ path, line, kind }) =>
        kind === 'new' ? [`${path}:${line}`] : [],
      ),
      found: tools.map((tool) => tool.run(sources)),
    })
    const { planted, found } = withGenerated(60, measure, 0.5)

    const expected = planted?.toSorted(byText)
    expect(expected?.length).toBeGreaterThan(20)
    for (const { sites, failures } of found) {
      expect(sites.toSorted(byText)).toEqual(expected)
      expect(failures).toBe(0)
    }
  }, 120_000)
})

describe('Random', () => {
  it('spreads half of the values of a log-normal below its median, and has a long tail', () => {
    const random = new Random(1)
    const values = Array.from({ length: 4_000 }, () => random.logNormal(100, 1.1))

    const below = values.filter((value) => value < 100).length
    expect(below).toBeGreaterThan(1_850)
    expect(below).toBeLessThan(2_150)
    expect(Math.max(...values)).toBeGreaterThan(1_500)
  })
})

function byText(one: string, other: string): number {
  return one < other ? -1 : 1
}
