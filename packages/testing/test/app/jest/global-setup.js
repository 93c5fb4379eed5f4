const { testDatabase } = require('@oneprisma/testing/jest')
const { seed } = require('../seed.js')

module.exports = testDatabase({ seed, isolation: process.env.ISOLATION ?? 'database' })
