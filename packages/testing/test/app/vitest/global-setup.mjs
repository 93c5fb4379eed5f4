import { testDatabase } from '@oneprisma/testing/vitest'
import { seed } from '../seed.js'

export default testDatabase({ seed, isolation: process.env.ISOLATION ?? 'database' })
