import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { LockedVersions } from './locked-versions.ts'
import { pack } from './pack.ts'
import { REPOSITORY } from './published-packages.ts'
import { succeed } from './run.ts'
import { TemporaryFolder } from './temporary-folder.ts'

/** The formats that an app of a user is written for. */
export type ModuleFormat = 'esm' | 'cjs'

/** The shared module, as the README shows it. */
export function sharedModuleOf(readme: string): string {
  const text = readFileSync(join(REPOSITORY, readme), 'utf8')
  const [, code] = /^```ts\n(\/\/ lib\/prisma\.ts\n.*?)^```/ms.exec(text) ?? []
  if (code === undefined) throw new Error(`${readme} shows no lib/prisma.ts.`)
  return code
}

/**
 * An app that has the tarballs installed as a user has them, once for ES modules and once for
 * CommonJS, and nothing of this repository.
 */
export class UserApp implements Disposable {
  readonly #temporary = new TemporaryFolder()

  /** The folder of the app in a module format. */
  folder(format: ModuleFormat): string {
    return join(this.#temporary.path, format)
  }

  /** Writes the app and installs it, from npm's cache as far as that goes. */
  async install(): Promise<void> {
    const [client, testing, cli, plugin] = await Promise.all([
      pack('@oneprisma/client', this.#temporary.path),
      pack('@oneprisma/testing', this.#temporary.path),
      pack('oneprisma', this.#temporary.path),
      pack('@oneprisma/eslint-plugin', this.#temporary.path),
    ])
    const locked = new LockedVersions()
    const manifest = {
      name: 'shop',
      private: true,
      scripts: { postinstall: 'prisma generate', start: 'tsx main.ts' },
      dependencies: {
        ...locked.of(['@opentelemetry/api', '@prisma/adapter-pg', '@prisma/client', 'prom-client']),
        '@oneprisma/client': `file:${client.path}`,
      },
      devDependencies: {
        ...locked.of(['@types/node', 'eslint', 'prisma', 'tsx', 'typescript', 'vitest']),
        '@oneprisma/testing': `file:${testing.path}`,
        oneprisma: `file:${cli.path}`,
        '@oneprisma/eslint-plugin': `file:${plugin.path}`,
      },
    }
    const shared = sharedModuleOf('README.md')
    this.#temporary.write({
      ...filesOf('esm', { ...manifest, type: 'module' }, shared),
      ...filesOf('cjs', { ...manifest, type: 'commonjs' }, shared),
      'esm/package-lock.json': locked.lockfile({ ...manifest, type: 'module' }),
    })
    await succeed(
      'npm',
      ['install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'],
      { cwd: this.folder('esm') },
    )
    symlinkSync(join(this.folder('esm'), 'node_modules'), join(this.folder('cjs'), 'node_modules'))
  }

  [Symbol.dispose](): void {
    this.#temporary[Symbol.dispose]()
  }
}

function filesOf(
  format: ModuleFormat,
  manifest: object,
  shared: string,
): Record<string, string | object> {
  const files = {
    'package.json': manifest,
    'tsconfig.json': { compilerOptions: COMPILER[format], include: ['main.ts'] },
    'prisma.config.ts': CONFIG,
    'prisma/schema.prisma': schema(format),
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/1_items/migration.sql': MIGRATION,
    'lib/prisma.ts': shared,
    'main.ts': MAIN,
    'eslint.config.mjs': ESLINT,
    'scattered/route.js': SCATTERED,
    'vitest.config.ts': VITEST,
    'test/a.test.ts': TEST,
    'test/b.test.ts': TEST,
  }
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [`${format}/${path}`, content]),
  )
}

// As create-next-app has it, and as a server has it that tsc compiles.
const COMPILER = {
  esm: {
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    strict: true,
    noEmit: true,
    isolatedModules: true,
    esModuleInterop: true,
    skipLibCheck: true,
    types: ['node'],
  },
  cjs: {
    target: 'es2022',
    module: 'node16',
    strict: true,
    outDir: 'dist',
    skipLibCheck: true,
    types: ['node'],
  },
}

const CONFIG = `import { defineConfig } from 'prisma/config'

export default defineConfig({ schema: 'prisma/schema.prisma' })
`

function schema(format: ModuleFormat): string {
  return `generator client {
  provider     = "prisma-client"
  output       = "../generated/prisma"
  moduleFormat = "${format}"
}

datasource db {
  provider = "postgresql"
}

model Item {
  id    Int    @id @default(autoincrement())
  label String @unique
}
`
}

const MIGRATION = `CREATE TABLE "Item" ("id" SERIAL NOT NULL, "label" TEXT NOT NULL, CONSTRAINT "Item_pkey" PRIMARY KEY ("id"));
CREATE UNIQUE INDEX "Item_label_key" ON "Item"("label");
`

// Its types are half of the test: what the schema has not must be refused.
const MAIN = `import { isOnePrismaError, status } from '@oneprisma/client'
import { runScript } from '@oneprisma/client/script'
import shared, { prisma } from './lib/prisma'

void runScript(async () => {
  const before = status(prisma).state
  await prisma.item.create({ data: { label: 'first' } })
  const items: { id: number; label: string }[] = await shared.item.findMany()
  const counted: number = await prisma.$transaction((tx) => tx.item.count())
  // @ts-expect-error: the schema has no such model.
  const missing: unknown = prisma.order
  // @ts-expect-error: nor has the model such a field.
  const refused: unknown = await prisma.item.findMany({ where: { name: '' } }).catch(String)
  const { state, generation, pool } = status(prisma)
  await prisma[Symbol.asyncDispose]()
  const drained = await prisma.item.count().catch((error: unknown) => isOnePrismaError(error, 'DRAINED'))
  console.log(
    JSON.stringify({
      before, labels: items.map(({ label }) => label), counted, missing: typeof missing,
      refused: typeof refused, state, generation, connections: pool?.total, drained,
    }),
  )
})
`

const ESLINT = `import oneprisma from '@oneprisma/eslint-plugin'

export default [
  oneprisma.configs.recommended,
  { settings: { oneprisma: { sharedModule: './lib/prisma' } } },
]
`

const SCATTERED = `import { PrismaClient } from '../generated/prisma/client'

export async function GET() {
  const prisma = new PrismaClient()
  return Response.json(await prisma.item.findMany())
}
`

const VITEST = `import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globalSetup: ['@oneprisma/testing/vitest/global-setup'],
    setupFiles: ['@oneprisma/testing/vitest/setup'],
  },
})
`

// Each of the two files writes the same label, which may be there once.
const TEST = `import { expect, test } from 'vitest'
import { prisma } from '../lib/prisma'

test('finds a database with no row of another file', async () => {
  await prisma.item.create({ data: { label: 'first' } })
  expect(await prisma.item.count()).toBe(1)
})
`
