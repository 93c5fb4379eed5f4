const { closeClient } = require('../lib/close-client.cjs')
const { record } = require('../lib/record.cjs')

afterAll(async () => {
  const closingAt = performance.now()
  await closeClient()
  record({ openMs: 0, closeMs: performance.now() - closingAt })
})
