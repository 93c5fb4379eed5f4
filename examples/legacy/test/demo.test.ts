import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { failedOf, peakOf } from '../demo/figures.ts'
import { oneprisma } from '../demo/oneprisma.ts'
import { runDemo, type DemoResult } from '../demo/run-demo.ts'

const folder = join(import.meta.dirname, '../.demo/test')
let result: DemoResult

beforeAll(async () => {
  result = await runDemo({
    folder,
    tool: oneprisma,
    perSecond: 20,
    seconds: 5,
    rounds: 1,
    progress: (line) => process.stderr.write(`${line}\n`),
  })
})

describe('the help desk as it was', () => {
  it('answers as it was recorded', () => {
    expect(result.before.differences).toEqual([])
  })

  it('has a client for every file, and one more for every visit of the front page', () => {
    expect(result.before.clients.made).toBeGreaterThan(20)
  })
})

describe('the help desk after oneprisma adopt', () => {
  it('answers as it was recorded', () => {
    expect(result.after.differences).toEqual([])
  })

  it('has one client', () => {
    expect(result.after.clients).toEqual({ made: 1, atMost: 1 })
  })

  it('has fewer connections than before, and no more than one pool has', () => {
    expect(peakOf(result.after)).toBeLessThan(peakOf(result.before))
    expect(peakOf(result.after)).toBeLessThanOrEqual(10)
  })

  it('fails no request under load', () => {
    expect(result.after.sent).toHaveLength(100)
    expect(failedOf(result.after)).toBe(0)
  })

  it('passes oneprisma check', () => {
    expect(result.checked).toMatchObject({ code: 0 })
  })

  it('makes no client outside of its shared module and its tests', async () => {
    const left = (await oneprisma.inventory(join(folder, 'after'))).filter(
      ({ context }) => context !== 'shared-module' && context !== 'test',
    )

    expect(left).toEqual([])
  })

  it('keeps what has nothing to do with clients as it was', () => {
    for (const file of ['pages/_app.js', 'pages/api/reports.js', 'prisma/schema.prisma']) {
      const read = (copy: string): string => readFileSync(join(folder, copy, file), 'utf8')
      expect(read('after')).toBe(read('before'))
    }
  })
})
