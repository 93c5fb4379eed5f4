import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { PARTS, type OperationName } from './operations.ts'
import { VARIANTS, type MemberClientClass, type VariantName } from './variants.ts'

const OPERATIONS_A_ROUND = 5

const [variant, folder = '', url = ''] = process.argv.slice(2)
const generated = pathToFileURL(join(folder, 'generated/client.ts')).href
// The generated client of the bench app, which is made anew for every run.
const { PrismaClient } = (await import(generated)) as { PrismaClient: MemberClientClass }
// The parent passes one of these names.
const client = VARIANTS[variant as VariantName](PrismaClient, url)
let time = 0

process.on('message', (message: OperationName | 'end') => {
  if (message === 'end') void client.$disconnect().then(() => process.disconnect())
  else void round(message)
})
process.send?.({ ready: true })

/** Answers with the microseconds of one operation. */
async function round(name: OperationName): Promise<void> {
  const { run } = PARTS[name]
  const start = process.hrtime.bigint()
  for (let count = 0; count < OPERATIONS_A_ROUND; count++) await run(client, time++)
  const ns = Number(process.hrtime.bigint() - start)
  process.send?.({ us: ns / 1_000 / OPERATIONS_A_ROUND })
}
