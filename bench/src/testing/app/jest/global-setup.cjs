const { testDatabase } = require('@oneprisma/testing/jest')

module.exports = testDatabase({ isolation: process.env.BENCH_ISOLATION })
