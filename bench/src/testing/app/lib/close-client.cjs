/** What a test file does at its end by itself, where no kit closes its clients. */
exports.closeClient = async () => {
  const { disconnect } = require('@oneprisma/client')
  await disconnect(require('./prisma.cjs').prisma)
}
