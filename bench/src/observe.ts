import type { Bar, BenchOptions } from './bar.ts'
import { BenchApp } from './bench-app.ts'
import { BenchDatabase } from './bench-database.ts'
import { loadClient } from './observe/client.ts'
import { measureCost } from './observe/cost.ts'
import { compareCounts } from './observe/counts.ts'
import { watchMemory } from './observe/memory.ts'

const SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.max': '10000',
  'pg_stat_statements.track_utility': 'on',
}

/** What it costs to see everything, and whether what is seen is right. */
export async function observe({ isQuick, only }: BenchOptions): Promise<Bar[]> {
  using app = await BenchApp.create('observe', 'documented')
  const bars: Bar[] = []
  if (only === undefined || only === 'cost') {
    await using database = await BenchDatabase.start()
    bars.push(...(await measureCost(database, app.folder, isQuick ? 300 : 2_000)))
  }
  // They are measured as they are in production.
  Object.assign(process.env, { NODE_ENV: 'production' })
  const PrismaClient = await loadClient(app.folder)
  if (only === undefined || only === 'counts') {
    await using database = await BenchDatabase.start(SETTINGS)
    await database.query('CREATE EXTENSION pg_stat_statements')
    bars.push(...(await compareCounts(database, PrismaClient, isQuick ? 10_000 : 100_000)))
  }
  if (only === undefined || only === 'memory') {
    await using database = await BenchDatabase.start()
    bars.push(...(await watchMemory(database, PrismaClient, isQuick ? 100_000 : 1_000_000)))
  }
  return bars
}
