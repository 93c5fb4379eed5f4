import { describe, expect, it } from 'vitest'
import { HeldTransactions } from '../src/held-transactions.ts'
import { OpenTransaction } from '../src/open-transaction.ts'

describe('HeldTransactions', () => {
  it('does not keep a process alive', () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const held = new HeldTransactions<OpenTransaction>(
      () => 60_000,
      () => {},
    )
    const transaction = new OpenTransaction('default', undefined, undefined)
    const before = timers()

    held.begin(transaction)

    expect(timers()).toBe(before)
    expect(held.size).toBe(1)
    held.end(transaction)
  })
})
