import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { DURATION_BOUNDS, ROW_BOUNDS } from '../src/histogram.ts'
import { METRIC_DEFINITIONS, type MetricDefinition } from '../src/metric-definitions.ts'
import { MetricSeries } from '../src/metric-series.ts'
import { PRISMA_METRICS } from '../src/prisma-metrics.ts'
import { prometheusNameOf } from '../src/prometheus-metric.ts'
import type { Snapshot } from '../src/telemetry.ts'
import { promtool, promtoolNote, runsPromtool } from '@oneprisma/engines/promtool'
import { readPromQl } from './promql.ts'

const docs = fileURLToPath(new URL('../../../docs', import.meta.url))
const read = (path: string): string => readFileSync(join(docs, path), 'utf8')

interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly gridPos: {
    readonly h: number
    readonly w: number
    readonly x: number
    readonly y: number
  }
  readonly targets?: ReadonlyArray<{ readonly expr: string; readonly legendFormat: string }>
}

interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: {
    readonly list: ReadonlyArray<{
      readonly name: string
      readonly type: string
      readonly definition?: string
    }>
  }
}

// Its shape is what the tests below look at.
const dashboard = JSON.parse(read('observability/grafana-dashboard.json')) as Dashboard
const alerts = alertsOf(read('observability/alerts.yaml'))

// Prometheus itself puts these on everything that it scrapes.
const TARGET_LABELS = ['job', 'instance']
const SUFFIXES = ['_bucket', '_sum', '_count']
const byName = new Map(METRIC_DEFINITIONS.map((one) => [prometheusNameOf(one), one]))

/** A client that was never used: what is there from the start. */
const unused: Snapshot = (() => {
  const numbers = new MetricSeries().snapshot()
  return {
    ...numbers,
    client: 'unused',
    system: undefined,
    generation: 0,
    unitsInFlight: 0,
    statementsInFlight: 0,
    transactions: { ...numbers.transactions, open: 0, oldestSeconds: 0 },
    connections: { ...numbers.connections, pool: undefined },
  }
})()

/** The definition of what a selector reads: of a histogram, one of its three series. */
function definitionOf(metric: string): MetricDefinition | undefined {
  const exact = byName.get(metric)
  if (exact !== undefined) return exact.kind === 'histogram' ? undefined : exact
  const suffix = SUFFIXES.find((end) => metric.endsWith(end))
  const found = suffix === undefined ? undefined : byName.get(metric.slice(0, -suffix.length))
  return found?.kind === 'histogram' ? found : undefined
}

function labelsOf(metric: string): string[] {
  const own =
    (byName.get(metric) ?? definitionOf(metric))?.labels.map((label) =>
      label.replaceAll('.', '_'),
    ) ?? []
  return [...TARGET_LABELS, ...own, ...(metric.endsWith('_bucket') ? ['le'] : [])]
}

/** The values that a label can have, where they are known; `undefined` where any may come. */
function valuesOf(metric: string, label: string): readonly string[] | undefined {
  if (label === 'le') return [...DURATION_BOUNDS, ...ROW_BOUNDS].map(String)
  if (label === 'error_type') {
    return [...read('error-classes.md').matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name)
  }
  if (label === 'db_client_connection_state') return ['idle', 'used']
  if (label !== 'reason' && label !== 'outcome') return undefined
  const points: ReadonlyArray<{ labels: Readonly<Record<string, string>> }> =
    definitionOf(metric)?.read(unused) ?? []
  return points.map(({ labels }) => labels[label] ?? '')
}

/** What an expression says that no scrape ever has. */
function unknownIn(expression: string): string[] {
  const { selectors, grouping } = readPromQl(expression)
  const known = selectors.flatMap(({ metric }) => labelsOf(metric))
  return [
    ...selectors
      .filter(({ metric }) => definitionOf(metric) === undefined)
      .map(({ metric }) => metric),
    ...selectors.flatMap(({ metric, matchers }) =>
      matchers.flatMap(({ label, value }) => {
        if (!labelsOf(metric).includes(label)) return [`${metric}{${label}}`]
        const values = valuesOf(metric, label)
        const asked = value.split('|').filter((one) => one !== '' && !one.startsWith('$'))
        return asked
          .filter((one) => values?.includes(one) === false)
          .map((one) => `${metric}{${label}="${one}"}`)
      }),
    ),
    ...grouping.filter((label) => !known.includes(label)).map((label) => `by (${label})`),
  ]
}

interface Alert {
  readonly name: string
  readonly expression: string
  readonly runbook: string
  readonly text: string
}

/** The rules of a file in the one form that this repository writes them in. */
function alertsOf(yaml: string): Alert[] {
  const [, ...rules] = yaml.split(/^ +- alert: /m)
  return rules.map((text) => ({
    name: /^\w+/.exec(text)?.[0] ?? '',
    expression: /^ +expr: \|\n((?: {10}.*\n)+)/m.exec(text)?.[1] ?? '',
    runbook: /^ +runbook_url: (.*)$/m.exec(text)?.[1] ?? '',
    text,
  }))
}

const expressions = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
)

describe('readPromQl', () => {
  it('finds metrics, matchers and groupings', () => {
    expect(
      readPromQl(
        'topk(10, sum by (le, a) (rate(one_bucket{b="x|y",c!~"z}"}[5m]))) / on (d) group_left two > 0.5 or vector(0)',
      ),
    ).toEqual({
      selectors: [
        {
          metric: 'one_bucket',
          matchers: [
            { label: 'b', value: 'x|y' },
            { label: 'c', value: 'z}' },
          ],
        },
        { metric: 'two', matchers: [] },
      ],
      grouping: ['le', 'a', 'd'],
    })
  })

  it.each([
    ['a metric', 'sum(oneprisma_orders_total)', ['oneprisma_orders_total']],
    [
      'a histogram as such',
      'oneprisma_operation_duration_seconds',
      ['oneprisma_operation_duration_seconds'],
    ],
    ['a matcher', 'oneprisma_generation{model="a"}', ['oneprisma_generation{model}']],
    [
      'a value',
      'oneprisma_drains_total{outcome="dirty"}',
      ['oneprisma_drains_total{outcome="dirty"}'],
    ],
    [
      'a bound',
      'db_client_operation_duration_seconds_bucket{le="0.25"}',
      ['db_client_operation_duration_seconds_bucket{le="0.25"}'],
    ],
    [
      'a class of errors',
      'oneprisma_retries_total{error_type=~"deadlock|lost"}',
      ['oneprisma_retries_total{error_type="lost"}'],
    ],
    ['a grouping', 'sum by (route) (oneprisma_generation)', ['by (route)']],
  ])('tells %s that does not exist', (_, expression, unknown) => {
    expect(unknownIn(expression)).toEqual(unknown)
  })
})

describe('the Grafana dashboard', () => {
  it.each(expressions)('asks for what exists: $title: $expr', ({ expr }) => {
    expect(readPromQl(expr).selectors.length).toBeGreaterThan(0)
    expect(unknownIn(expr)).toEqual([])
  })

  it.each(expressions)('has legends of labels that are there: $title: $legendFormat', (target) => {
    const { selectors, grouping } = readPromQl(target.expr)
    const names = [...target.legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name)
    const known =
      grouping.length > 0 ? grouping : selectors.flatMap(({ metric }) => labelsOf(metric))

    expect(names.filter((name) => name === undefined || !known.includes(name))).toEqual([])
  })

  it('filters everything by its variables', () => {
    const filter = ['job', 'instance', 'client']
    const unfiltered = expressions.filter(({ expr }) =>
      readPromQl(expr).selectors.some(
        ({ matchers }) =>
          !filter.every((name) =>
            matchers.some(({ label, value }) => label === name && value === `$${name}`),
          ),
      ),
    )

    expect(unfiltered).toEqual([])
  })

  it('fills its variables from what exists', () => {
    const queries = dashboard.templating.list.filter(({ type }) => type === 'query')

    for (const { name, definition = '' } of queries) {
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? []
      expect(label).toBe(name)
      expect(unknownIn(`sum by (${label}) (${selector})`)).toEqual([])
    }
    expect(queries.map(({ name }) => name)).toEqual(['job', 'instance', 'client'])
  })

  it('shows every metric', () => {
    const shown = new Set(
      expressions
        .flatMap(({ expr }) => readPromQl(expr).selectors)
        .map(({ metric }) => definitionOf(metric)?.name),
    )

    expect(METRIC_DEFINITIONS.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual(
      [],
    )
  })

  it('has panels that do not overlap, and an id of its own for each', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from(
        { length: w * h },
        (_, index) => `${x + (index % w)}:${y + Math.floor(index / w)}`,
      ),
    )
    const ids = dashboard.panels.map(({ id }) => id)

    expect(new Set(cells).size).toBe(cells.length)
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('the alert rules', () => {
  it('are for everything that somebody must look at', () => {
    expect(alerts.map(({ name }) => name)).toEqual([
      'PrismaPoolWaiting',
      'PrismaConnectionTimeouts',
      'PrismaErrorRate',
      'PrismaOtherErrors',
      'PrismaSlowQueries',
      'PrismaHeldTransactions',
      'PrismaConnectionsLost',
      'PrismaRetries',
      'PrismaUncleanDrains',
    ])
  })

  it.each(alerts)('ask for what exists: $name', ({ expression }) => {
    expect(readPromQl(expression).selectors.length).toBeGreaterThan(0)
    expect(unknownIn(expression)).toEqual([])
  })

  it.each(alerts)('speak of labels that their expression keeps: $name', ({ expression, text }) => {
    const { selectors, grouping } = readPromQl(expression)
    const names = [...text.matchAll(/\$labels\.(\w+)/g)].map(([, name = '']) => name)
    const known =
      grouping.length > 0 ? grouping : selectors.flatMap(({ metric }) => labelsOf(metric))

    expect(names.length).toBeGreaterThan(0)
    expect(names.filter((name) => !known.includes(name))).toEqual([])
  })

  it.each(alerts)('lead to a runbook: $name', ({ name, runbook }) => {
    const page = read(runbook.replace(/^docs\//, ''))

    expect(page).toMatch(new RegExp(`^# ${name}\n`))
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual([
      'What it means',
      'How to see more',
      'What to do',
    ])
  })

  it('have no runbook that none of them leads to', () => {
    expect(alerts.map(({ runbook }) => runbook.replace('docs/runbooks/', '')).toSorted()).toEqual(
      readdirSync(join(docs, 'runbooks')).toSorted(),
    )
  })
})

describe('the runbooks and docs/metrics.md', () => {
  const pages = [
    ...readdirSync(join(docs, 'runbooks')).map((name) => `runbooks/${name}`),
    'metrics.md',
  ]

  it.each(pages)('name metrics and events that exist: %s', (page) => {
    const text = read(page)
    const metrics = [...text.matchAll(/`((?:oneprisma|db_client)_\w+)`/g)].map(
      ([, name = '']) => name,
    )
    const events = [
      ...text.matchAll(/`((?:query|operation|transaction|connection|client)\.[a-z]+)`/g),
    ].map(([, name = '']) => name)
    const declared = readFileSync(new URL('../src/telemetry-records.ts', import.meta.url), 'utf8')
    const labels = [...byName.keys()].flatMap(labelsOf)
    const isKnown = (name: string): boolean =>
      byName.has(name) || definitionOf(name) !== undefined || labels.includes(name)

    expect(metrics.filter((name) => !isKnown(name))).toEqual([])
    expect(events.filter((name) => !declared.includes(`'${name}':`))).toEqual([])
  })

  it('has a row for every metric in docs/metrics.md, with its name, type and labels', () => {
    const rows = [
      ...read('metrics.md').matchAll(/^\| `([a-z_]+)` +\| (\w+) +\| ([^|]*?) +\|/gm),
    ].map(([, name, type, labels]) => ({ name, type, labels }))

    expect(rows).toEqual(
      METRIC_DEFINITIONS.map((definition) => ({
        name: prometheusNameOf(definition),
        type: definition.kind === 'updowncounter' ? 'gauge' : definition.kind,
        labels: definition.labels
          .slice(1)
          .map((label) => `\`${label.replaceAll('.', '_')}\``)
          .join(', '),
      })),
    )
  })

  it('has a row for every metric of Prisma in docs/metrics.md', () => {
    const rows = [...read('metrics.md').matchAll(/^\| `(prisma_\w+)`/gm)].map(([, name]) => name)

    expect(rows).toEqual(PRISMA_METRICS.map(({ name }) => name))
  })
})

describe.runIf(runsPromtool)(`the dashboard and the rules, by promtool${promtoolNote}`, () => {
  const folder = join(docs, 'observability')

  it('are rules that Prometheus takes', () => {
    expect(promtool(['check', 'rules', '--lint-fatal', join(folder, 'alerts.yaml')])).toMatchObject(
      {
        status: 0,
        output: expect.stringContaining(`${alerts.length} rules found`),
      },
    )
  })

  it('fire when they should, and only then', () => {
    const tested = [...read('observability/alerts.test.yaml').matchAll(/alertname: (\w+)/g)]

    const { status, output } = promtool(['test', 'rules', join(folder, 'alerts.test.yaml')])

    expect({ status, output }).toMatchObject({ status: 0 })
    expect(new Set(tested.map(([, name]) => name))).toEqual(new Set(alerts.map(({ name }) => name)))
  })

  it('are expressions that Prometheus reads', async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'promql-'))
    const file = join(scratch, 'rules.yaml')
    const rules = expressions.map(({ expr }, index) => ({
      record: `panel:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }))

    // JSON is YAML.
    await writeFile(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))
    const { status, output } = promtool(['check', 'rules', file])
    await rm(scratch, { recursive: true })

    expect({ status, output }).toMatchObject({ status: 0 })
  })
})
