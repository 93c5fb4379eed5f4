// The set-up with the defaults: `oneprisma-node-test @oneprisma/testing/node/register`.
import { testDatabase } from './index.ts'

await testDatabase()
