import { describe, expect, it } from 'vitest'
import { formatBaseline, parseBaseline } from '../src/report/baseline-file.ts'
import {
  compareWithBaseline,
  nextBaseline,
  shrink,
  staleNotes,
  type Baseline,
} from '../src/report/baseline.ts'
import { siteAt } from './report-findings.ts'

const users = siteAt('pages/api/users.ts', 3)
const orders = siteAt('pages/api/orders.ts', 5, { decision: 'review', reason: 'LOG_OPTIONS' })
const known = nextBaseline([users, { ...users, line: 9 }, orders], undefined)

describe('nextBaseline', () => {
  it('counts the sites of a kind and a reason in each file where there is no baseline yet', () => {
    expect(known.entries).toEqual([
      { path: 'pages/api/orders.ts', kind: 'new', reason: 'LOG_OPTIONS', count: 1 },
      { path: 'pages/api/users.ts', kind: 'new', reason: 'MODULE_CLIENT', count: 2 },
    ])
  })

  it('has no sites to keep', () => {
    expect(nextBaseline([{ ...users, decision: 'keep' }], undefined).entries).toEqual([])
  })

  it('shrinks the baseline that there is', () => {
    expect(nextBaseline([users], known).entries).toEqual([
      { path: 'pages/api/users.ts', kind: 'new', reason: 'MODULE_CLIENT', count: 1 },
    ])
  })

  it('refuses to grow, and says where the new sites are', () => {
    const added = ['a', 'b', 'c', 'd'].map((name) => siteAt(`lib/${name}.ts`, 7))

    expect(() => nextBaseline([users, ...added], known)).toThrow(
      expect.objectContaining({
        code: 'BASELINE_WOULD_GROW',
        message: expect.stringMatching(
          /4 sites would be new in it \(lib\/a\.ts:7, lib\/b\.ts:7, lib\/c\.ts:7, and 1 more\)\. Use the shared client/,
        ),
      }),
    )
  })

  it('refuses to grow where as many sites are gone elsewhere', () => {
    expect(() => nextBaseline([siteAt('lib/a.ts', 1)], known)).toThrow(
      expect.objectContaining({ code: 'BASELINE_WOULD_GROW' }),
    )
  })

  it('refuses to grow from an empty baseline', () => {
    expect(() => nextBaseline([users], { entries: [] })).toThrow(
      expect.objectContaining({ code: 'BASELINE_WOULD_GROW' }),
    )
  })
})

describe('compareWithBaseline', () => {
  it('finds nothing where lines have shifted', () => {
    const sites = [
      { ...users, line: 30 },
      { ...users, line: 90 },
      { ...orders, line: 50 },
    ]

    expect(compareWithBaseline(sites, known)).toEqual({ new: [], gone: [] })
  })

  it.each([
    ['in another file', siteAt('lib/a.ts', 1)],
    ['of another kind', { ...users, line: 20, kind: 'extends' as const }],
    ['for another reason', { ...users, line: 20, reason: 'GLOBAL_GUARD' as const }],
    ['beyond the count', { ...users, line: 20 }],
  ])('finds a new site %s', (_, added) => {
    expect(compareWithBaseline([users, { ...users, line: 9 }, orders, added], known)).toEqual({
      new: [added],
      gone: [],
    })
  })

  it('tells a site that has another reason now as a new one and one that is gone', () => {
    const changed = { ...users, line: 9, reason: 'GLOBAL_GUARD' as const }

    expect(compareWithBaseline([users, changed, orders], known)).toEqual({
      new: [changed],
      gone: [{ path: 'pages/api/users.ts', kind: 'new', reason: 'MODULE_CLIENT', count: 1 }],
    })
  })

  it('does not mind a new site to keep', () => {
    const sites = [users, { ...users, line: 9 }, orders, siteAt('b.ts', 1, { decision: 'keep' })]

    expect(compareWithBaseline(sites, known).new).toEqual([])
  })

  it('tells what is gone, and how many of it', () => {
    expect(compareWithBaseline([users], known).gone).toEqual([
      { path: 'pages/api/orders.ts', kind: 'new', reason: 'LOG_OPTIONS', count: 1 },
      { path: 'pages/api/users.ts', kind: 'new', reason: 'MODULE_CLIENT', count: 1 },
    ])
  })
})

describe('shrink', () => {
  it('takes away what is gone and adds nothing', () => {
    expect(shrink(known, [users, siteAt('lib/a.ts', 1)]).entries).toEqual([
      { path: 'pages/api/users.ts', kind: 'new', reason: 'MODULE_CLIENT', count: 1 },
    ])
  })

  it('raises no count', () => {
    const sites = [users, { ...users, line: 9 }, { ...users, line: 12 }, orders]

    expect(shrink(known, sites)).toEqual(known)
  })
})

describe('staleNotes', () => {
  it('says what the baseline allows too much and what to do', () => {
    const { gone } = compareWithBaseline([users, { ...users, line: 9 }], known)

    expect(staleNotes(gone, '.oneprisma-baseline.json')).toEqual([
      {
        code: 'BASELINE_STALE',
        path: '.oneprisma-baseline.json',
        line: 1,
        column: 1,
        message:
          'The baseline allows 1 more site of `new` with LOG_OPTIONS in `pages/api/orders.ts` than there are. Run `oneprisma check --write-baseline` and commit the file.',
      },
    ])
  })
})

describe('formatBaseline', () => {
  it('writes what parseBaseline reads', () => {
    expect(parseBaseline(formatBaseline(known))).toEqual(known)
  })

  it('writes the same text whatever the order of the entries', () => {
    const reversed: Baseline = { entries: known.entries.toReversed() }

    expect(formatBaseline(reversed)).toBe(formatBaseline(known))
    expect(formatBaseline(known)).toMatch(/^\{\n {2}"version": 1,\n[^]*\}\n$/)
  })
})

describe('parseBaseline', () => {
  const text = formatBaseline(known)

  it('reads a file with CRLF and a byte order mark', () => {
    expect(parseBaseline(`\uFEFF${text.replaceAll('\n', '\r\n')}`)).toEqual(known)
  })

  it.each([
    ['that is empty', '', /is no JSON, at line 1: /],
    ['that is cut off', text.slice(0, text.indexOf('kind') - 4), /is no JSON, at line \d+: /],
    [
      'with the marks of a merge',
      text.replace('"sites"', '<<<<<<< HEAD\n  "sites"'),
      /is no JSON, at line 3: /,
    ],
    ['that holds no object', '[]', /Expected the file .* to be an object, got \[\]/],
    ['of another version', '{"version":2,"sites":[]}', /Expected `version` .* to be 1, got 2/],
    ['without sites', '{"version":1}', /Expected `sites` .* to be an array, got nothing/],
    [
      'with a site that is none',
      text.replace('{\n      "path"', '7, {\n      "path"'),
      /`sites\[0\]` .* an object, got 7/,
    ],
    [
      'without a path',
      text.replace('pages/api/orders.ts', ''),
      /`sites\[0\]\.path` .* a path, got ""/,
    ],
    [
      'with a kind that is none',
      text.replace('"new"', '"toString"'),
      /`sites\[0\]\.kind` .* got "toString"/,
    ],
    [
      'with a reason that is none',
      text.replace('"LOG_OPTIONS"', 'null'),
      /`sites\[0\]\.reason` .* got null/,
    ],
    [
      'with a count of none',
      text.replace('"count": 2', '"count": 0'),
      /`sites\[1\]\.count` .* got 0/,
    ],
    [
      'with a part of a site',
      text.replace('"count": 2', '"count": 1.5'),
      /`sites\[1\]\.count` .* got 1\.5/,
    ],
    [
      'with a site that is there twice',
      text.replace('orders.ts', 'users.ts').replace('LOG_OPTIONS', 'MODULE_CLIENT'),
      /`sites\[1\]` .* to be there once/,
    ],
  ])('refuses a file %s, with the place and what to do', (_, invalid, place) => {
    expect(() => parseBaseline(invalid)).toThrow(
      expect.objectContaining({ code: 'BASELINE_INVALID', message: expect.stringMatching(place) }),
    )
    expect(() => parseBaseline(invalid)).toThrow(/Take the file from version control, or delete it/)
  })
})
