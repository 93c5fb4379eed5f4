import { describe, expect, it } from 'vitest'
import { read } from './checked-pages.ts'

// As Prometheus has them: the unit and `_total` come behind the name.
const page = read('docs/metrics.md')
const source = read('packages/client/src/metric-definitions.ts')
const prisma = read('packages/client/src/prisma-metrics.ts')

describe('docs/metrics.md', () => {
  it('has a row for every metric of the code, and for no other', () => {
    const names = [...source.matchAll(/^ {4}name: '([a-z_.]+)'/gm)].map(([, name = '']) => name)
    const rows = [...page.matchAll(/^\| `([a-z_]+)`/gm)].map(([, name = '']) => name)
    const own = rows.filter((row) => !row.startsWith('prisma_'))

    expect(names.length).toBeGreaterThan(20)
    expect(own.map((row) => row.replace(/(?:_seconds)?(?:_total)?$/, '')).toSorted()).toEqual(
      names.map((name) => name.replaceAll('.', '_')).toSorted(),
    )
  })

  it('has every name that Prisma 6 had', () => {
    const names = [...new Set(prisma.match(/prisma_[a-z_]+/g))]

    expect(names.length).toBeGreaterThan(5)
    expect(names.filter((name) => !page.includes(name))).toEqual([])
  })
})
