import type { Language } from './filler.ts'

/**
 * A way in which a module has a client: what it imports, and the code; `⟦new⟧` stands before a site
 * of that kind.
 */
export interface SiteRow {
  readonly languages: readonly Language[]
  readonly top: string
  readonly body: string
}

const ESM: readonly Language[] = ['ts', 'tsx', 'jsx']
const TYPED: readonly Language[] = ['ts', 'tsx']
const NAMED = `import { PrismaClient } from '@prisma/client'`
const REQUIRED = `const { PrismaClient } = require('@prisma/client')`
const LIST = `async function list() {\n  return prisma.user.findMany()\n}`

export const SITE_ROWS: readonly [SiteRow, ...SiteRow[]] = [
  { languages: ESM, top: NAMED, body: `const prisma = ⟦new⟧new PrismaClient()\n${LIST}` },
  { languages: ['cjs'], top: REQUIRED, body: `const prisma = ⟦new⟧new PrismaClient()\n${LIST}` },
  {
    languages: ['cjs'],
    top: `const db = require('@prisma/client')`,
    body: `const prisma = ⟦new⟧new db.PrismaClient({ log: ['error'] })\n${LIST}`,
  },
  {
    languages: ESM,
    top: `import { Prisma, PrismaClient as Client } from '@prisma/client'`,
    body: `const prisma = ⟦new⟧new Client\n${LIST}\nconst none = Prisma.JsonNull`,
  },
  {
    languages: ESM,
    top: `import * as db from '@prisma/client'`,
    body: `async function run(id) {\n  const prisma = ⟦new⟧new db.PrismaClient()\n  await prisma.user.delete({ where: { id } })\n  await prisma.$disconnect()\n}`,
  },
  {
    languages: TYPED,
    top: NAMED,
    body: `const held = globalThis as unknown as { prisma?: PrismaClient }\nexport const prisma = held.prisma ?? ⟦new⟧new PrismaClient()\nif (process.env.NODE_ENV !== 'production') held.prisma = prisma`,
  },
  {
    languages: TYPED,
    top: NAMED,
    body: `@Injectable()\nexport class PrismaService {\n  readonly users = ⟦new⟧new PrismaClient().user\n  private readonly client: PrismaClient\n  constructor() {\n    this.client = ⟦new⟧new PrismaClient({ errorFormat: 'minimal' })\n  }\n}`,
  },
  {
    languages: ESM,
    top: NAMED,
    body: `const prisma = process.env.REPLICA\n  ? ⟦new⟧new PrismaClient({ datasources: { db: { url: process.env.REPLICA } } })\n  : ⟦new⟧new PrismaClient()\n${LIST}`,
  },
  {
    languages: ESM,
    top: NAMED,
    body: `const extended = ⟦new⟧new PrismaClient().$extends({ name: 'audit' })\nexport const make = () => ⟦new⟧new PrismaClient()`,
  },
  {
    languages: ESM,
    top: NAMED,
    body: `⟦extends⟧class Database extends PrismaClient {\n  hello() {}\n}\nexport const database = ⟦subclass⟧new Database()`,
  },
  {
    languages: ESM,
    top: `import { withZones } from 'zones'\n${NAMED}`,
    body: `const Zoned = withZones(PrismaClient)\nexport const zoned = ⟦wrapper⟧new Zoned()`,
  },
]
