import type { Result, Run } from 'sarif'
import { describe, expect, it } from 'vitest'
import type { Inventory } from '../src/report/finding.ts'
import { REASONS } from '../src/report/reasons.ts'
import { toSarif } from '../src/report/sarif.ts'
import { inventoryOf, siteAt } from './report-findings.ts'

function runOf(inventory: Inventory): Run {
  const [run] = toSarif(inventory, '1.2.3').runs
  if (run === undefined) throw new Error('The log has no run.')
  return run
}

function resultsOf(inventory: Inventory): Result[] {
  return runOf(inventory).results ?? []
}

function fingerprintsOf(inventory: Inventory): unknown[] {
  return resultsOf(inventory).map(({ partialFingerprints }) => partialFingerprints)
}

const disconnect = {
  code: 'DISCONNECT_IN_REQUEST' as const,
  path: 'a.ts',
  line: 8,
  column: 5,
  message: 'Closes.',
}

describe('toSarif', () => {
  it('names the version of the format and of the tool', () => {
    expect(toSarif(inventoryOf([]), '1.2.3')).toMatchObject({
      version: '2.1.0',
      runs: [
        { columnKind: 'utf16CodeUnits', tool: { driver: { name: 'oneprisma', version: '1.2.3' } } },
      ],
    })
  })

  it.each([
    ['rewrite', 'fail', 'error'],
    ['review', 'fail', 'warning'],
    ['keep', 'informational', 'none'],
  ] as const)('tells of a site to %s as %s with the level %s', (decision, kind, level) => {
    expect(resultsOf(inventoryOf([siteAt('a.ts', 3, { decision })]))).toMatchObject([
      { kind, level },
    ])
  })

  it('places a site by a relative address and by line and column', () => {
    const [result] = resultsOf(inventoryOf([siteAt('pages/[id]/a b#日.ts', 3, { column: 7 })]))

    expect(result?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'pages/%5Bid%5D/a%20b%23%E6%97%A5.ts', uriBaseId: '%SRCROOT%' },
      region: { startLine: 3, startColumn: 7 },
    })
  })

  it('has a rule with help for each result, at the index that the result names', () => {
    const run = runOf(
      inventoryOf([siteAt('a.ts', 3, { reason: 'LAZY_GETTER' })], { notes: [disconnect] }),
    )

    const rules = run.results?.map(({ ruleIndex = -1 }) => run.tool.driver.rules?.[ruleIndex])
    expect(rules).toMatchObject([
      {
        id: 'LAZY_GETTER',
        name: 'LazyGetter',
        help: { text: expect.stringContaining('lazy already') },
      },
      {
        id: 'DISCONNECT_IN_REQUEST',
        helpUri: expect.stringMatching(/reasons\.md#disconnect_in_request$/),
      },
    ])
  })

  it('has the rules of all codes, so that a rule keeps its index', () => {
    const rules = runOf(inventoryOf([])).tool.driver.rules ?? []

    expect(rules.map(({ id }) => id)).toEqual(Object.keys(REASONS))
  })

  it('gives a finding the same fingerprint when lines shift', () => {
    const sites = [siteAt('a.ts', 3), siteAt('a.ts', 9)]
    const shifted = [siteAt('a.ts', 5), siteAt('a.ts', 21)]

    expect(fingerprintsOf(inventoryOf(shifted, { notes: [{ ...disconnect, line: 20 }] }))).toEqual(
      fingerprintsOf(inventoryOf(sites, { notes: [disconnect] })),
    )
  })

  it('gives different findings different fingerprints', () => {
    const fingerprints = fingerprintsOf(
      inventoryOf(
        [
          siteAt('a.ts', 3),
          siteAt('a.ts', 9),
          siteAt('a.ts', 10, { kind: 'extends' }),
          siteAt('b.ts', 3),
        ],
        { notes: [disconnect, { ...disconnect, line: 20 }] },
      ),
    ).map((fingerprint) => JSON.stringify(fingerprint))

    expect(new Set(fingerprints).size).toBe(6)
  })

  it('reports files that could not be read as notifications of the tool', () => {
    const unparsed = [{ path: 'src/b.ts', line: 4, message: 'Unexpected token' }]

    expect(runOf(inventoryOf([], { unparsed })).invocations).toMatchObject([
      {
        executionSuccessful: true,
        toolExecutionNotifications: [
          {
            level: 'warning',
            message: { text: 'The file was not searched: Unexpected token' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'src/b.ts' },
                  region: { startLine: 4 },
                },
              },
            ],
          },
        ],
      },
    ])
  })

  it('tells nothing of the machine', () => {
    expect(JSON.stringify(toSarif(inventoryOf([siteAt('a.ts', 3)]), '1.2.3'))).not.toContain(
      'someone',
    )
  })
})
