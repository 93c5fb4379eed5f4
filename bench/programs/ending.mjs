// A script that ends in the way that its argument names.
import { setTimeout as delay } from 'node:timers/promises'
import { prisma, run } from './client.cjs'

const note = (text, client = prisma) =>
  client.$executeRawUnsafe(
    'INSERT INTO program_note VALUES ($1, $2)',
    process.env.PROGRAM_NAME,
    text,
  )
const slowly = (client = prisma) => client.$queryRawUnsafe('SELECT pg_sleep(0.3)::text')

const mains = {
  'main returns': () => note('done'),
  'main throws': async () => {
    await note('done')
    throw new Error('main failed')
  },
  // oxlint-disable-next-line prefer-promise-reject-errors -- What scripts do.
  'main rejects with no error': () => Promise.reject('no error'),
  'process.exitCode is set': async () => {
    process.exitCode = 3
    await note('done')
  },
  'process.exitCode is set, and main throws': async () => {
    process.exitCode = 3
    throw new Error('main failed')
  },
  'SIGTERM in a transaction': () =>
    prisma.$transaction(async (tx) => {
      await tx.$queryRawUnsafe('SELECT 1')
      console.log('ready')
      await slowly(tx)
      await note('done', tx)
    }),
  'SIGINT, and main stops when told': async ({ signal }) => {
    await prisma.$queryRawUnsafe('SELECT 1')
    console.log('ready')
    await delay(10_000, undefined, { signal }).catch(() => {})
    await note('done')
  },
  'a second signal': async ({ signal }) => {
    signal.addEventListener('abort', () => {
      // Later than a signal that a parent sends twice.
      setTimeout(() => console.log('again'), 400)
    })
    await prisma.$queryRawUnsafe('SELECT 1')
    console.log('ready')
    await delay(10_000)
  },
  'a connection that does not close': async () => {
    await prisma.$queryRawUnsafe('SELECT 1')
    prisma.$queryRawUnsafe('SELECT pg_sleep(60)::text').catch(() => {})
    await slowly()
  },
  'a callback throws': async () => {
    await note('done')
    setImmediate(() => {
      throw new Error('nobody cares')
    })
    await slowly()
  },
  'a rejection that nobody handles': async () => {
    await note('done')
    void Promise.reject(new Error('nobody cares'))
    await slowly()
  },
  'main calls process.exit': async () => {
    await note('done')
    process.exit(4)
  },
  'main waits for ever': async () => {
    await note('done')
    await new Promise(() => {})
  },
  'work that nobody awaits': async () => {
    await prisma.$queryRawUnsafe('SELECT 1')
    void slowly()
      .then(() => note('done'))
      .catch(() => {})
  },
}

await run(mains[process.argv[2]])
