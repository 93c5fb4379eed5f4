// The client of these programs: a real one without models, which raw queries need none of. The
// settings of the driver are its defaults, in which an idle connection holds a process for 10 seconds.
const { PrismaPg } = require('@prisma/adapter-pg')
const { getPrismaClient } = require('@prisma/client/runtime/client')
const { sharePrisma } = require('@oneprisma/client')
const { runScript } = require('@oneprisma/client/script')

const PrismaClient = getPrismaClient({
  previewFeatures: [],
  clientVersion: '7.10.0',
  engineVersion: '0edf323efd1d98336f3f0a68684b56f689b900d3',
  activeProvider: 'postgresql',
  inlineSchema: 'datasource db {\n  provider = "postgresql"\n}\n',
  runtimeDataModel: { models: {}, enums: {}, types: {} },
  // No node, no root.
  parameterizationSchema: { strings: [], graph: 'AAAA' },
  compilerWasm: {
    getRuntime: () => import('@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs'),
    getQueryCompilerWasmModule: async () => {
      const { wasm } =
        await import('@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs')
      return new WebAssembly.Module(Buffer.from(wasm, 'base64'))
    },
    importName: './query_compiler_fast_bg.js',
  },
})

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
