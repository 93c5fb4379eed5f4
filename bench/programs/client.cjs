// The client of these programs. The settings of the driver are its defaults, in which an idle
// connection holds a process for 10 seconds.
const { PrismaPg } = require('@prisma/adapter-pg')
const { sharePrisma } = require('@oneprisma/client')
const { runScript } = require('@oneprisma/client/script')
const { PrismaClient } = require('./prisma-client.cjs')

const adapter = () =>
  new PrismaPg({
    connectionString: process.env.DATABASE_URL,
    application_name: process.env.PROGRAM_NAME,
    // The server notices soon when a process in the middle of a query is gone.
    options: '-c client_connection_check_interval=100',
  })
const isOurs = process.env.PROGRAM_VARIANT === 'oneprisma'
const prisma = isOurs
  ? sharePrisma(({ observe }) => new PrismaClient({ adapter: observe(adapter()) }))
  : new PrismaClient({ adapter: adapter() })

/** How each variant runs the main function of a script. */
const RUNNERS = {
  oneprisma: (main) => runScript(main, { timeoutMs: 1_000 }),
  '$disconnect() in finally': async (main) => {
    try {
      await main({ signal: new AbortController().signal })
    } finally {
      await prisma.$disconnect()
    }
  },
  'bare client': (main) => main({ signal: new AbortController().signal }),
}

exports.prisma = prisma
exports.run = RUNNERS[process.env.PROGRAM_VARIANT]

/** Tells the parent that the last query has its answer, and when that was. */
exports.tellLast = () => console.log(`last ${performance.timeOrigin + performance.now()}`)
