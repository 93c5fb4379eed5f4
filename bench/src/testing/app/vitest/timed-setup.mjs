import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { record } from '../lib/record.cjs'

const setup = createRequire(import.meta.url).resolve('@oneprisma/testing/vitest/setup')
let closingAt = 0
// After-hooks run in reverse: this one is the last.
afterAll(() => record({ closeMs: performance.now() - closingAt }))

// What any file of an application loads that queries.
await import('pg')
const loadingAt = performance.now()
await import(join(dirname(setup), '../test-file.js'))
const startedAt = performance.now()
await import(setup)
record({ loadMs: startedAt - loadingAt, openMs: performance.now() - startedAt })

afterAll(() => {
  closingAt = performance.now()
})
