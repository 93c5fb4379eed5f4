const { prisma, run, tellLast } = require('./client.cjs')

void run(async () => {
  await prisma.$queryRawUnsafe('SELECT 1')
  tellLast()
})
