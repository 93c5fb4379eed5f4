import { pgPool } from '@oneprisma/client/pg'
import pg from 'pg'
import { forComparison, type Bar } from '../bar.ts'
import { median, rounded, shuffled } from '../statistics.ts'

/** What it takes to open a connection, with the question whether it leads to the server and without. */
export async function measureOpening(url: string, rounds: number): Promise<Bar[]> {
  const variants = {
    'without names': pgPool(url, { preparedStatements: 'never' }).config,
    'with names': pgPool(url).config,
  }
  // The keys are those of the object.
  const names = Object.keys(variants) as Array<keyof typeof variants>
  const times = { 'without names': [] as number[], 'with names': [] as number[] }
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(names)) times[name].push(await timeOf(variants[name]))
  }
  return names.map((name) =>
    forComparison('opening a connection', name, rounded(median(times[name]), 2), 'ms'),
  )
}

async function timeOf(config: pg.PoolConfig): Promise<number> {
  const pool = new pg.Pool(config)
  const startedAt = performance.now()
  const client = await pool.connect()
  const ms = performance.now() - startedAt
  client.release()
  await pool.end()
  return ms
}
