import { testDatabase } from '@oneprisma/testing/node'
import { seed } from '../seed.js'

await testDatabase({ seed, isolation: process.env.ISOLATION ?? 'database' })
