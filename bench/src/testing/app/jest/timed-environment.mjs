import { withTestDatabase } from '@oneprisma/testing/jest/environment'
import { TestEnvironment } from 'jest-environment-node'
import records from '../lib/record.cjs'

/** What the environment below ours takes is none of its cost. */
class Timed extends TestEnvironment {
  async setup() {
    await super.setup()
    this.openedAt = performance.now()
  }

  async teardown() {
    records.record({ closeMs: performance.now() - this.closingAt })
    await super.teardown()
  }
}

export default class extends withTestDatabase(Timed) {
  async setup() {
    await super.setup()
    records.record({ openMs: performance.now() - this.openedAt })
  }

  async teardown() {
    this.closingAt = performance.now()
    await super.teardown()
  }
}
