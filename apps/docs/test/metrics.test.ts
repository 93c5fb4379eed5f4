import { describe, expect, it } from 'vitest'
import { read } from './checked-pages.ts'

// As Prometheus has them: the unit and `_total` come behind the name.
const page = read('docs/metrics.md')
const source = read('packages/client/src/metric-definitions.ts')
const prisma = read('packages/client/src/prisma-metrics.ts')

describe('docs/metrics.md', () => {
  it('has a row for every metric of the code', () => {
    const names = [...source.matchAll(/^ {4}name: '([a-z_.]+)'/gm)].map(([, name = '']) => name)
    const rows = [...page.matchAll(/^\| `([a-z_]+)`/gm)].map(([, name = '']) => name)

    expect(names.length).toBeGreaterThan(20)
    expect(
      names.filter((name) => !rows.some((row) => row.startsWith(name.replaceAll('.', '_')))),
    ).toEqual([])
  })

  it('has every name that Prisma 6 had', () => {
    const names = [...new Set(prisma.match(/prisma_[a-z_]+/g))]

    expect(names.length).toBeGreaterThan(5)
    expect(names.filter((name) => !page.includes(name))).toEqual([])
  })
})
