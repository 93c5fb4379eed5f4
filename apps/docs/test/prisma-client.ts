import { join } from 'node:path'
import { generatePrismaClient } from '@oneprisma/testing'

/** Generates the client that the examples of the documentation are compiled against. */
export default async function setup(): Promise<void> {
  await generatePrismaClient({
    cwd: join(import.meta.dirname, '..'),
    schema: 'test/fixtures/schema.prisma',
  })
}
