import { worstOf, type Bar, type BenchOptions } from './bar.ts'
import { BenchApp } from './bench-app.ts'
import { runCallRow } from './faults/call-row.ts'
import { CALL_ROWS } from './faults/call-rows.ts'
import { runLoadRow } from './faults/load-row.ts'
import { PROCESS_ROWS } from './faults/process-rows.ts'
import { FaultLab } from './faults/rig.ts'
import { SERVER_ROWS } from './faults/server-rows.ts'
import { LOAD_ROWS } from './faults/rows.ts'

/**
 * The fault matrix on a real Postgres: ours and the bare client side by side. With `minutes` it is
 * run again and again for so long, and every figure is its worst.
 */
export async function faults({ minutes = 0, only }: BenchOptions): Promise<Bar[]> {
  using app = await BenchApp.create('faults', 'documented')
  app.edit(
    'prisma/schema.prisma',
    (schema) =>
      `${schema}\nmodel Entry {\n  id    Int    @id @default(autoincrement())\n  token String\n}\n`,
  )
  await app.generate()
  await using lab = await FaultLab.start(app.folder)
  const isAsked = ({ name }: { readonly name: string }): boolean =>
    only === undefined || name.split(' ')[0] === only
  const callRows = [...CALL_ROWS, ...SERVER_ROWS, ...PROCESS_ROWS].filter(isAsked)
  const loadRows = LOAD_ROWS.filter(isAsked)

  const bars: Bar[] = []
  const endsAt = performance.now() + minutes * 60_000
  do {
    for (const row of callRows) bars.push(...(await shown(row, () => runCallRow(lab, row))))
    for (const row of loadRows) bars.push(...(await shown(row, () => runLoadRow(lab, row))))
  } while (performance.now() < endsAt)
  return worstOf(bars)
}

async function shown(row: { readonly name: string }, run: () => Promise<Bar[]>): Promise<Bar[]> {
  console.error(`faults: ${row.name}`)
  return run()
}
