import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { record } from '../lib/record.cjs'

const isOurs = process.env.BENCH_SETUP === 'ours'
// Without ours, any module is loaded, and the file closes its client itself.
const setup = isOurs
  ? createRequire(import.meta.url).resolve('@oneprisma/testing/vitest/setup')
  : join(import.meta.dirname, '../lib/close-client.cjs')
let closingAt = 0
// After-hooks run in reverse: this one is the last.
afterAll(() => record({ closeMs: performance.now() - closingAt }))

// What any file of an application loads that queries.
await import('@oneprisma/client')
await import('pg')
await import('@prisma/adapter-pg')
const startedAt = performance.now()
const { closeClient } = await import(setup)
if (!isOurs) afterAll(closeClient)
record({ openMs: performance.now() - startedAt })

afterAll(() => {
  closingAt = performance.now()
})
