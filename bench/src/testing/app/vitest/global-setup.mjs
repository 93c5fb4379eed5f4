import { testDatabase } from '@oneprisma/testing/vitest'

export default testDatabase({ isolation: process.env.BENCH_ISOLATION })
