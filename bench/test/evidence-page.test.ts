import { describe, expect, it } from 'vitest'
import { atLeast, atMost, exactly, forComparison, resultOf, worstOf } from '../src/bar.ts'
import { evidenceOf, measuredTableOf } from '../src/evidence-page.ts'
import { tableOf } from '../src/report.ts'
import { median, medianNoise, quantile } from '../src/statistics.ts'

const good = resultOf('cold', { node: '20.20.2' }, [
  atMost('import', 'ES module', 2.5, 'ms', 3),
  forComparison('start', 'empty', 40, 'ms'),
])
const bad = resultOf('hmr', { node: '20.20.2' }, [
  exactly('clients', 'oneprisma, turbopack', 2, '', 1),
  exactly('clients', 'oneprisma, webpack', 1, '', 1),
  forComparison('clients', 'documented, turbopack', 1, ''),
])

describe('resultOf', () => {
  it('is good only if every limited bar holds', () => {
    expect(good.ok).toBe(true)
    expect(bad.ok).toBe(false)
  })

  it('is not good without a bar, or with a figure that is none', () => {
    expect(resultOf('x', {}, [forComparison('a', 'b', 1, '')]).ok).toBe(false)
    expect(resultOf('x', {}, [atMost('a', 'b', Number.NaN, '', 3)]).ok).toBe(false)
    expect(resultOf('x', {}, [exactly('a', 'b', Number.NaN, '', 1)]).ok).toBe(false)
  })
})

describe('atLeast', () => {
  const bars = [30, 12, 40].map((value) => atLeast('times as fast', 'oneprisma', value, '×', 20))

  it('holds from its limit up, and says so in the tables', () => {
    expect(bars.map(({ ok }) => ok)).toEqual([true, false, true])
    expect(evidenceOf([resultOf('codemod', {}, bars.slice(0, 1))])).toContain(
      '| times as fast | oneprisma | 30 × | at least 20 | holds |',
    )
    expect(tableOf(resultOf('codemod', {}, bars))).toMatch(/FAIL .* 12 × +at least 20/)
  })

  it('is at its worst where it is lowest', () => {
    expect(worstOf([...bars.slice(2), ...bars.slice(0, 1)])).toEqual([bars[0]])
  })
})

describe('evidenceOf', () => {
  it('has the command, the date, the versions and every figure of every bench', () => {
    const page = evidenceOf([good, bad])

    expect(page).toContain('`npm run bench -- cold`')
    expect(page).toContain(good.date.slice(0, 10))
    expect(page).toContain('node 20.20.2')
    expect(page).toContain('| import | ES module | 2.5 ms | 3 | holds |')
    expect(page).toContain('| start | empty | 40 ms |  |  |')
    expect(page).toContain('| clients | oneprisma, turbopack | 2 | 1 | **fails** |')
    expect(page).toContain('**a bar does not hold**')
    expect(page.indexOf('## hmr')).toBeLessThan(page.indexOf('## cold'))
  })
})

describe('measuredTableOf', () => {
  it('shows the span of our figures beside those of the other variants', () => {
    expect(measuredTableOf([bad])).toContain(
      '| `hmr` | clients | 1 to 2 (**fails**: 1) | 1 |  |  |',
    )
    expect(measuredTableOf([good])).toContain('| `cold` | import, ms | 2.5 |  |  |  |')
  })

  it('has the first figure of a bench, those that compare and those that fail', () => {
    const table = measuredTableOf([
      resultOf('cold', {}, [
        exactly('first', 'oneprisma', 0, '', 0),
        exactly('holds', 'oneprisma', 0, '', 0),
        exactly('compares', 'oneprisma', 0, '', 0),
        forComparison('compares', 'bare client', 2, ''),
        atMost('fails', 'oneprisma', 4, 'ms', 3),
      ]),
    ])

    expect(table.match(/`cold`.*/g)).toEqual([
      '`cold` | first | 0 |  |  |  |',
      '`cold` | compares | 0 |  |  | 2 |',
      '`cold` | fails, ms | 4 (**fails**: 3) |  |  |  |',
    ])
  })

  it('sums up what the parts of a bench have in common, and leaves out the rest', () => {
    const table = measuredTableOf([
      resultOf('faults', {}, [
        exactly('4 restart, fast: writes lost', 'oneprisma', 0, '', 0),
        forComparison('4 restart, fast: writes lost', 'bare client', 2, ''),
        exactly('5 restart, crash: writes lost', 'oneprisma', 1, '', 0),
        exactly('15 deadlock: told as a deadlock', 'oneprisma', 1, '', 1),
      ]),
    ])

    expect(table).toContain('| `faults` | writes lost | 0 to 1 (**fails**: 0) |  |  | 2 |')
    expect(table).not.toContain('deadlock')
  })
})

describe('worstOf', () => {
  it('keeps of each figure the one that fails, else the highest', () => {
    const seen = [3, 12, 7].map((value) => atMost('longest call', 'oneprisma', value, 'ms', 10))
    const other = [2, 5].map((value) => forComparison('longest call', 'bare client', value, 'ms'))

    expect(worstOf([...seen, ...other])).toEqual([seen[1], other[1]])
  })

  it('keeps a failure that is lower than what holds', () => {
    const bars = [1, 0, 1].map((value) => exactly('process alive', 'oneprisma', value, '', 1))

    expect(worstOf(bars)).toEqual([bars[1]])
  })
})

describe('the statistics', () => {
  it('know the middle, a share, and how sure the middle is', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([1, 2, 3, 10])).toBe(2.5)
    expect(quantile([0, 10], 0.25)).toBe(2.5)
    expect(medianNoise([5, 5, 5, 5])).toBe(0)
    expect(medianNoise([1, 9, 1, 9, 5])).toBeGreaterThan(0)
  })
})
