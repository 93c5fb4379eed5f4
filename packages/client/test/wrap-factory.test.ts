import { PrismaPg } from '@prisma/adapter-pg'
import { describe, expect, it } from 'vitest'
import { RETRIES } from '../src/retried.ts'
import { withRetry } from '../src/retry.ts'
import { withSuspend } from '../src/serverless.ts'
import { TenantConnections } from '../src/tenant-connections.ts'
import { withFleet } from '../src/with-fleet.ts'

type Wrap = (factory: PrismaPg) => PrismaPg

describe.each<[string, Wrap]>([
  ['withFleet', (factory) => withFleet(factory, { budget: 5 })],
  ['withSuspend', (factory) => withSuspend(factory)],
  ['the connections of tenants', (factory) => new TenantConnections(5).adapter(factory)],
])('an adapter that is wrapped by %s', (_name, wrap) => {
  it('tells of the retries of what it wraps', () => {
    const retrying = withRetry(new PrismaPg({}))

    expect(Reflect.get(retrying, RETRIES)).toBeDefined()
    expect(Reflect.get(wrap(retrying), RETRIES)).toBe(Reflect.get(retrying, RETRIES))
    expect(RETRIES in wrap(new PrismaPg({}))).toBe(false)
  })
})

it.each<[string, Wrap]>([
  ['withFleet', (factory) => withFleet(factory, { budget: 5 })],
  ['withRetry', (factory) => withRetry(factory)],
  ['withSuspend', (factory) => withSuspend(factory)],
])('%s refuses what is no driver adapter, by its name', (name, wrap) => {
  // What a program without types may hand over.
  const other = { connectionString: 'postgresql://' } as unknown as PrismaPg

  expect(() => wrap(other)).toThrow(`Expected \`${name}\` to get a driver adapter`)
})
