import { inThousands } from '../report/in-thousands.ts'
import type { Paint } from '../report/paint.ts'
import { plural } from '../report/plural.ts'
import type { BudgetInput } from './budget-input.ts'
import { formatPooler } from './format-pooler.ts'
import type { BudgetReport } from './plan-budget.ts'

/** Prints a budget for a person: the arithmetic, what it comes to, and what to write where. */
export function formatBudget(input: BudgetInput, report: BudgetReport, paint: Paint): string {
  const { pooler } = report
  return [
    ...arithmetic(input, report),
    '',
    ...conclusion(report, paint),
    '',
    ...(report.verdict === 'too-small' ? [] : [...whatToWrite(input, report), '']),
    ...(pooler === undefined ? [] : [...formatPooler(pooler), '']),
  ].join('\n')
}

type Row = readonly [label: string, sign: '' | '-' | '+' | 'x' | '=', value: number]

function arithmetic({ limit, provider, surge }: BudgetInput, report: BudgetReport): string[] {
  const { plan, shares } = report
  const free = limit.maxConnections - limit.superuserReserved - limit.reserved - limit.otherClients
  const share = surge.unit === 'percent' ? ` (${surge.percent}%)` : ''
  const rows: readonly (Row | undefined)[] = [
    [`max_connections${provider ? ` (${provider.name})` : ''}`, '', limit.maxConnections],
    ['kept for superusers', '-', limit.superuserReserved],
    ['kept by the server', '-', limit.reserved],
    ['used by other clients', '-', limit.otherClients],
    [`headroom of ${percent(limit.headroom)}`, '-', Math.max(free, 0) - plan.usable],
    ['usable', '=', plan.usable],
    undefined,
    ['instances', '', shares.instances],
    [`more during a rollout${share}`, '+', shares.surge],
    ['processes of an instance', 'x', shares.processes],
    ['pools of a process', 'x', shares.pools],
    ['pools during a rollout', '=', plan.pools],
    undefined,
    ['connections of a pool', '', plan.perPool],
    ['of an instance', '', report.perInstance],
    ['of all pools together', '', plan.total],
    ['left over', '', report.left],
  ]
  const widths = [0, 2].map((column) =>
    Math.max(...rows.map((row) => (row === undefined ? 0 : textOf(row, column).length))),
  )
  const [labels = 0, values = 0] = widths
  return rows.map((row) =>
    row === undefined
      ? ''
      : `${row[0].padEnd(labels)}  ${row[1].padEnd(1)} ${textOf(row, 2).padStart(values)}`,
  )
}

function textOf(row: Row, column: number): string {
  const cell = row[column]
  return typeof cell === 'number' ? inThousands(cell) : (cell ?? '')
}

function conclusion({ verdict, plan, remedies }: BudgetReport, paint: Paint): string[] {
  const numbers = `${inThousands(plan.pools)} pools of ${inThousands(plan.perPool)} open at most ${inThousands(plan.total)} of ${inThousands(plan.usable)} usable connections.`
  if (verdict === 'fits') return [paint('green', `It fits: ${numbers}`)]
  const wanted = remedies === undefined ? [] : remediesOf(remedies)
  if (verdict === 'tight') {
    return [
      paint('yellow', `It fits, and is tight: ${numbers}`),
      'A query beside an interactive transaction needs a second connection, and would wait for it in vain.',
      ...wanted,
    ]
  }
  return [
    paint(
      'red',
      `It does not fit: ${inThousands(plan.pools)} pools share ${inThousands(plan.usable)} usable connections, which is less than one each.`,
    ),
    ...wanted,
  ]
}

function remediesOf({
  instances,
  maxConnections,
}: NonNullable<BudgetReport['remedies']>): string[] {
  const fewer =
    instances === 0
      ? 'no number of instances is small enough'
      : `${plural(instances, 'instance')} at the most`
  return [
    'Two connections for each pool would take one of these:',
    `- fewer instances: ${fewer}`,
    `- a higher limit: max_connections of ${inThousands(maxConnections)}`,
    '- a pooler, as below',
  ]
}

function whatToWrite(input: BudgetInput, { shares }: BudgetReport): string[] {
  const { superuserReserved, reserved, otherClients, headroom, maxConnections } = input.limit
  const connections = members({
    maxConnections,
    superuserReserved: superuserReserved === 3 ? undefined : superuserReserved,
    reserved: reserved || undefined,
    otherClients: otherClients || undefined,
    headroom: headroom === 0.1 ? undefined : headroom,
  })
  const counts = members({
    instances: shares.instances,
    surge: shares.surge === shares.instances ? undefined : shares.surge,
    processes: shares.processes === 1 ? undefined : shares.processes,
    pools: shares.pools === 1 ? undefined : shares.pools,
  })
  const { surge } = input
  const maxSurge = surge.unit === 'percent' ? `${surge.percent}%` : surge.count
  return [
    'In the shared module:',
    '',
    '  pgPool(process.env.DATABASE_URL, {',
    `    budget: { connections: { ${connections} }, ${counts} },`,
    '  })',
    '',
    `On Kubernetes: replicas ${shares.instances} at the most, rollingUpdate.maxSurge ${maxSurge}.`,
    ...(shares.surge < shares.instances
      ? [
          'Kubernetes does not count pods that are terminating: they come on top until they have drained.',
        ]
      : []),
  ]
}

function members(values: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(4))}%`
}
