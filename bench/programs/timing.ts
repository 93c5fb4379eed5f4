import { createRequire } from 'node:module'

interface Client {
  readonly prisma: { $queryRawUnsafe(sql: string): Promise<unknown> }
  readonly run: (main: () => Promise<void>) => Promise<void>
  readonly tellLast: () => void
}

// The file beside this one, which has no types.
const client = createRequire(import.meta.url)('./client.cjs') as Client

await client.run(async () => {
  await client.prisma.$queryRawUnsafe('SELECT 1')
  client.tellLast()
})
