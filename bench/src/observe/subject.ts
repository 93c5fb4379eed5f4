import { loadClient } from './client.ts'
import { VARIANTS, type VariantName } from './variants.ts'

// A request of some queries, as a page makes them.
const QUERIES_A_REQUEST = 5
const REQUESTS_A_ROUND = 4

const [variant, folder = '', url = ''] = process.argv.slice(2)
// The parent passes one of these names.
const setUp = VARIANTS[variant as VariantName]
const { client, request } = await setUp(await loadClient(folder), url)

process.on('message', (message: 'round' | 'end') => {
  if (message === 'round') void round()
  else void client.$disconnect().then(() => process.disconnect())
})
process.send?.({ ready: true })

/** Answers with the microseconds of a query. */
async function round(): Promise<void> {
  const start = process.hrtime.bigint()
  for (let count = 0; count < REQUESTS_A_ROUND; count++) await request(queries)
  const ns = Number(process.hrtime.bigint() - start)
  process.send?.({ us: ns / 1_000 / (REQUESTS_A_ROUND * QUERIES_A_REQUEST) })
}

async function queries(): Promise<void> {
  for (let id = 1; id <= QUERIES_A_REQUEST; id++) await client.user.findUnique({ where: { id } })
}
