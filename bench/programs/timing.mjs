import { prisma, run, tellLast } from './client.cjs'

await run(async () => {
  await prisma.$queryRawUnsafe('SELECT 1')
  tellLast()
})
