// An app that is watched: a shared client under a fixed load, and a histogram of its latencies.
// Arguments: the folder of the generated client, the connection string, the release, how many
// connections, and how many operations a second.
import { createServer } from 'node:http'
import { sharePrisma } from '@oneprisma/client'
import { pgPool } from '@oneprisma/client/pg'
import { PrismaPg } from '@prisma/adapter-pg'
import { loadClient } from '../observe/client.ts'
import { OpenLoop } from '../open-loop.ts'
import { Histogram } from './histogram.ts'

const [folder = '', url = '', release = '', connections = '', perSecond = ''] =
  process.argv.slice(2)
const PrismaClient = await loadClient(folder)
const { config, options } = pgPool(url, {
  app: 'canary',
  release,
  max: Number(connections),
  // All of them are kept, whether the load needs them or not.
  idleTimeoutMs: 600_000,
})
const prisma = sharePrisma(() => new PrismaClient({ adapter: new PrismaPg(config, options) }))
const histogram = new Histogram({ release })

const sleeps = Array.from({ length: Number(connections) }, () =>
  prisma.$queryRawUnsafe('SELECT 1 FROM pg_sleep(0.5)'),
)
await Promise.all(sleeps)
const load = new OpenLoop(Number(perSecond), async (number) => {
  const startedAt = performance.now()
  await prisma.user.findUnique({ where: { id: 1 + (number % 100) } })
  histogram.add((performance.now() - startedAt) / 1_000)
})
const server = createServer((_, response) => void response.end(histogram.text()))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  // A TCP server has an address of this kind.
  if (address !== null && typeof address === 'object') process.send?.({ port: address.port })
})
process.once('message', () => {
  server.closeAllConnections()
  server.close()
  void load
    .stop()
    .then(() => prisma.$disconnect())
    .then(() => process.disconnect())
})
