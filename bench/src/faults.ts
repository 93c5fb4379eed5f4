import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Bar, BenchOptions } from './bar.ts'
import { BenchApp } from './bench-app.ts'
import { runCallRow } from './faults/call-row.ts'
import { CALL_ROWS } from './faults/call-rows.ts'
import { runLoadRow } from './faults/load-row.ts'
import { PROCESS_ROWS } from './faults/process-rows.ts'
import { FaultLab } from './faults/rig.ts'
import { SERVER_ROWS } from './faults/server-rows.ts'
import { LOAD_ROWS } from './faults/rows.ts'

/** The fault matrix on a real Postgres: ours and the bare client side by side. */
export async function faults(_: BenchOptions): Promise<Bar[]> {
  using app = await BenchApp.create('faults', 'documented')
  app.edit(
    'prisma/schema.prisma',
    (schema) =>
      `${schema}\nmodel Entry {\n  id    Int    @id @default(autoincrement())\n  token String\n}\n`,
  )
  await app.generate()
  await using lab = await FaultLab.start(
    pathToFileURL(join(app.folder, 'generated/client.ts')).href,
  )
  const bars: Bar[] = []
  const only = process.env['FAULT_ROWS']
  for (const row of [...CALL_ROWS, ...SERVER_ROWS, ...PROCESS_ROWS]) {
    if (only && !row.name.startsWith(`${only} `)) continue
    console.error(`faults: ${row.name}`)
    bars.push(...(await runCallRow(lab, row)))
  }
  for (const row of LOAD_ROWS) {
    if (only && !row.name.startsWith(`${only} `)) continue
    console.error(`faults: ${row.name}`)
    bars.push(...(await runLoadRow(lab, row)))
  }
  return bars
}
