// Rows that every test finds, written through the client of the application.
exports.seed = async () => {
  const { prisma } = require('./lib/prisma.js')
  await prisma.user.create({ data: { email: 'seed@example.com' } })
}
