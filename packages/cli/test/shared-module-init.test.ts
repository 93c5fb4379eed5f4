import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { planAdoption, planInit } from '../src/migrate/plan-init.ts'
import type { Migration } from '../src/migrate/migration.ts'
import { listFiles } from '../src/project/file-list.ts'
import { readProject } from '../src/project/read-project.ts'
import { takeInventory } from '../src/migrate/take-inventory.ts'
import { scan } from '../src/scan/scan.ts'

const SCHEMA = (output: string): string => `generator client {
  provider = "prisma-client"
  output   = "${output}"
}

datasource db {
  provider = "postgresql"
}
`
const MANIFEST = JSON.stringify({
  name: 'shop',
  dependencies: { '@prisma/client': '^7.0.0', '@prisma/adapter-pg': '^7.0.0', next: '^16.0.0' },
})

async function open(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'oneprisma-init-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const list = await listFiles(root)
  const project = readProject(root, list)
  return { project, found: scan(project, list) }
}

function textOf(plan: Migration, path: string): string | undefined {
  return plan.files.find((file) => file.path === path)?.after
}

describe('planInit', () => {
  it('writes the module in the style of those that will import it', async () => {
    const { project, found } = await open({
      'package.json': MANIFEST,
      'prisma/schema.prisma': SCHEMA('../generated/prisma'),
      'tsconfig.json': '{"compilerOptions":{"moduleResolution":"bundler","module":"esnext"}}',
      'pages/index.tsx':
        'import { PrismaClient } from "../generated/prisma/client";\n\nconst prisma = new PrismaClient();\n\nexport default () => prisma;\n',
    })

    const plan = planInit(project, found)

    expect(textOf(plan, 'lib/prisma.ts')).toBe(`import { sharePrisma } from "@oneprisma/client";
import { pgPool } from "@oneprisma/client/pg";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/prisma/client";

export const prisma = sharePrisma(({ observe }) => {
  const { config, options, transactionOptions } = pgPool(process.env.DATABASE_URL);
  return new PrismaClient({ adapter: observe(new PrismaPg(config, options)), transactionOptions });
});
export default prisma;
`)
  })

  it('tells the shared clients of two schemas apart by name', async () => {
    const module = (from: string): string =>
      `import { PrismaClient } from '${from}'\n\nexport const prisma = new PrismaClient()\n`
    const { project, found } = await open({
      'package.json': MANIFEST,
      'prisma/shop.prisma': SCHEMA('../generated/shop'),
      'prisma/logs.prisma': SCHEMA('../generated/logs/client'),
      'lib/prisma.ts': module('../generated/shop/client'),
      'lib/db.ts': module('../generated/logs/client/client'),
      'jobs/clean.ts':
        "import { PrismaClient } from '../generated/shop/client'\nnew PrismaClient()\n",
    })

    const plan = planInit(project, found)

    expect(textOf(plan, 'lib/prisma.ts')).toContain('sharePrisma(() => new PrismaClient())')
    expect(textOf(plan, 'lib/db.ts')).toContain(
      "sharePrisma(() => new PrismaClient(), { name: 'logs' })",
    )
  })

  it('gives a repository without a client its first module', async () => {
    const { project, found } = await open({ 'package.json': MANIFEST, 'index.js': 'run()\n' })

    const plan = planInit(project, found)

    expect(plan.files.map(({ path }) => path)).toEqual(['lib/prisma.js', 'package.json'])
  })
})

describe('planAdoption', () => {
  it('upgrades the module that there is and moves the others to it, in one step', async () => {
    const { project, found } = await open({
      'package.json': MANIFEST,
      'src/db.ts': `import { PrismaClient } from '@prisma/client'

const globalForPrisma = globalThis as unknown as { db?: PrismaClient }
export const db = globalForPrisma.db ?? new PrismaClient()
if (process.env.NODE_ENV !== 'production') globalForPrisma.db = db
`,
      'src/users.ts':
        "import { db } from './db'\n\nexport const users = () => db.user.findMany()\n",
      'src/orders.ts': `import { PrismaClient } from '@prisma/client'

const prisma = new PrismaClient()
export const orders = () => prisma.order.findMany()
`,
    })

    const plan = planAdoption(project, found, { accept: new Set() })

    expect(plan.files.map(({ path }) => path)).toEqual([
      'src/db.ts',
      'src/orders.ts',
      'package.json',
    ])
    expect(textOf(plan, 'src/db.ts')).toBe(`import { PrismaClient } from '@prisma/client'
import { sharePrisma } from '@oneprisma/client'

export const db = sharePrisma(() => new PrismaClient())
`)
    expect(textOf(plan, 'src/orders.ts')).toBe(`import { db as prisma } from './db'

export const orders = () => prisma.order.findMany()
`)
  })
})

describe('takeInventory', () => {
  it('tells nothing of a module that is not written', async () => {
    const { project, found } = await open({
      'package.json': '{"dependencies":{"@prisma/client":"^5.0.0"}}',
      'a.ts': "import { PrismaClient } from '@prisma/client'\nnew PrismaClient().user.count()\n",
    })

    expect(planInit(project, found).notes.map(({ code }) => code)).toContain('PRISMA_TOO_OLD')
    expect(takeInventory(project, found).notes).toEqual([])
  })
})
