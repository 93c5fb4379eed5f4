import type { Bar, BenchOptions } from './bar.ts'
import { BenchApp } from './bench-app.ts'
import { BenchDatabase } from './bench-database.ts'
import { measureCost } from './observe/cost.ts'

/** What it costs to see everything, and whether what is seen is right. */
export async function observe({ isQuick }: BenchOptions): Promise<Bar[]> {
  await using database = await BenchDatabase.start()
  using app = await BenchApp.create('observe', 'documented')
  return await measureCost(database, app.folder, isQuick ? 300 : 2_000)
}
