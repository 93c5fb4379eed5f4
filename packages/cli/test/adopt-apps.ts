import type { Tree } from './project-fixture.ts'

/** An app that runs as it is, with a client in each of three modules of its server. */
export interface RunnableApp {
  readonly tree: Tree
  readonly server: string
  readonly seed: string
  /** A script that ends with 1. */
  readonly failing: string
  /** Where the one client is made in the end. */
  readonly shared: string
  readonly isTyped: boolean
}

export const TABLE = 'CREATE TABLE "User" (id serial PRIMARY KEY, name text NOT NULL)'

const schema = (generator: string): string => `generator client {
${generator}
}

datasource db {
  provider = "postgresql"
}

model User {
  id   Int    @id @default(autoincrement())
  name String
}
`

const IGNORED = 'node_modules\ngenerated\n'

const CLIENT_JS = `const { PrismaPg } = require('@prisma/adapter-pg')
const { PrismaClient } = require('../generated/prisma')

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })
`

export const JAVASCRIPT_APP: RunnableApp = {
  server: 'server.js',
  seed: 'prisma/seed.js',
  failing: 'scripts/fail.js',
  shared: 'lib/prisma.js',
  isTyped: false,
  tree: {
    '.gitignore': IGNORED,
    'package.json': {
      name: 'shop',
      private: true,
      scripts: { start: 'node server.js' },
      prisma: { seed: 'node prisma/seed.js' },
      dependencies: {
        '@prisma/adapter-pg': '^7.0.0',
        '@prisma/client': '^7.0.0',
        express: '^5.0.0',
      },
    },
    'prisma/schema.prisma': schema(
      '  provider = "prisma-client-js"\n  output   = "../generated/prisma"',
    ),
    'server.js': `const express = require('express')

const app = express()
app.use(require('./routes/list'))
app.use(require('./routes/create'))
app.use(require('./routes/count'))
app.use((request, response) => response.status(404).json({ error: 'There is no such page.' }))
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port))
`,
    'routes/list.js': `const { Router } = require('express')
${CLIENT_JS}
module.exports = Router().get('/users', async (request, response) => {
  response.json(await prisma.user.findMany({ orderBy: { id: 'asc' } }))
})
`,
    'routes/create.js': `const { Router } = require('express')
${CLIENT_JS.replaceAll('prisma =', 'db =')}
module.exports = Router().post('/users', async (request, response) => {
  response.status(201).json(await db.user.create({ data: { name: 'Grace' } }))
})
`,
    'routes/count.js': `const { Router } = require('express')
const { PrismaPg } = require('@prisma/adapter-pg')
const { PrismaClient } = require('../generated/prisma')

const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }),
})

module.exports = Router().get('/count', async (request, response) => {
  response.json({ users: await prisma.user.count() })
})
`,
    'prisma/seed.js': `${CLIENT_JS}
async function main() {
  await prisma.user.create({ data: { name: 'Ada' } })
}

main()
  .catch((error) => {
    console.error(error)
    process.exit(1)
  })
  .finally(() => prisma.$disconnect())
`,
    'scripts/fail.js': `${CLIENT_JS}
async function main() {
  await prisma.user.findUniqueOrThrow({ where: { id: 1_000 } })
}

main()
  .then(() => prisma.$disconnect())
  .catch(async (error) => {
    console.error(error)
    await prisma.$disconnect()
    process.exit(1)
  })
`,
  },
}

const CLIENT_TS = `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client.js'

const adapter = new PrismaPg({ connectionString: process.env.DATABASE_URL })
const prisma = new PrismaClient({ adapter })
`

export const TYPESCRIPT_APP: RunnableApp = {
  server: 'src/server.ts',
  seed: 'prisma/seed.ts',
  failing: 'src/fail.ts',
  shared: 'src/lib/prisma.ts',
  isTyped: true,
  tree: {
    '.gitignore': IGNORED,
    'package.json': {
      name: 'desk',
      private: true,
      type: 'module',
      scripts: { start: 'tsx src/server.ts', fail: 'tsx src/fail.ts', seed: 'tsx prisma/seed.ts' },
      dependencies: { '@prisma/adapter-pg': '^7.0.0', '@prisma/client': '^7.0.0' },
      devDependencies: { tsx: '^4.0.0', typescript: '^7.0.0' },
    },
    'tsconfig.json': {
      compilerOptions: {
        target: 'es2022',
        lib: ['es2023', 'dom', 'esnext.disposable'],
        module: 'nodenext',
        types: ['node'],
        strict: true,
        noUnusedLocals: true,
        skipLibCheck: true,
        noEmit: true,
      },
      include: ['src', 'prisma'],
    },
    'prisma/schema.prisma': schema(
      '  provider            = "prisma-client"\n  output              = "../generated/prisma"\n  importFileExtension = "js"',
    ),
    'src/server.ts': `import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { countUsers } from './count.js'
import { createUser } from './create.js'
import { listUsers } from './list.js'

const PAGES: Record<string, () => Promise<[number, unknown]>> = {
  'GET /users': async () => [200, await listUsers()],
  'POST /users': async () => [201, await createUser('Grace')],
  'GET /count': async () => [200, { users: await countUsers() }],
}

const server = createServer(async (request, response) => {
  const page = PAGES[\`\${request.method} \${request.url}\`]
  const [status, body] = page ? await page() : [404, { error: 'There is no such page.' }]
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
`,
    'src/list.ts': `${CLIENT_TS}
export const listUsers = () => prisma.user.findMany({ orderBy: { id: 'asc' } })
`,
    'src/create.ts': `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient, type User } from '../generated/prisma/client.js'

const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }),
})

export function createUser(name: string): Promise<User> {
  return prisma.user.create({ data: { name } })
}
`,
    'src/count.ts': `${CLIENT_TS}
export async function countUsers(client: PrismaClient = prisma): Promise<number> {
  return client.user.count()
}
`,
    'prisma/seed.ts': `${CLIENT_TS}
async function main() {
  await prisma.user.create({ data: { name: 'Ada' } })
}

void main()
`,
    'src/fail.ts': `${CLIENT_TS}
try {
  await prisma.user.findUniqueOrThrow({ where: { id: 1_000 } })
} catch (error) {
  console.error(error)
  process.exitCode = 1
} finally {
  await prisma.$disconnect()
}
`,
  },
}
