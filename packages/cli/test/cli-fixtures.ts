import type { Tree } from './project-fixture.ts'

const schema = (generator: string, url = ''): string => `generator client {
${generator}
}

datasource db {
  provider = "postgresql"
${url}}

model User {
  id   Int    @id @default(autoincrement())
  name String
}
`

export const SCHEMA_6: string = schema(
  '  provider = "prisma-client-js"',
  '  url      = env("DATABASE_URL")\n',
)
export const SCHEMA_7: string = schema(
  '  provider = "prisma-client"\n  output   = "../generated/prisma"',
)

export const ROUTE = `const { PrismaClient } = require('@prisma/client')
const prisma = new PrismaClient()

module.exports = (app) => {
  app.get('/users', async (request, response) => response.json(await prisma.user.findMany()))
}
`

/** Express in JavaScript: CommonJS, Prisma 6, two routes and a seed with a client each. */
export const EXPRESS: Tree = {
  'package.json': `{
  "name": "shop",
  "private": true,
  "scripts": { "start": "node server.js" },
  "dependencies": {
    "@prisma/client": "^6.16.0",
    "express": "^5.0.0"
  }
}
`,
  'prisma/schema.prisma': SCHEMA_6,
  'server.js': `const app = require('express')()
require('./routes/users')(app)
require('./routes/orders')(app)
`,
  'routes/users.js': ROUTE,
  'routes/orders.js': ROUTE.replace('/users', '/orders'),
  'prisma/seed.js': `const { PrismaClient } = require('@prisma/client')
const prisma = new PrismaClient()

async function main() {
  await prisma.user.create({ data: { name: 'Ada' } })
}

main()
`,
}

/** Next.js in TypeScript with an alias, Prisma 7, one route with a client. */
export const NEXT: Tree = {
  'package.json': {
    name: 'web',
    private: true,
    dependencies: { '@prisma/client': '^7.0.0', next: '^16.0.0' },
  },
  'tsconfig.json': {
    compilerOptions: {
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
      paths: { '@/*': ['./*'] },
    },
  },
  'prisma/schema.prisma': SCHEMA_7,
  'prisma.config.ts': `import { defineConfig } from 'prisma/config'
export default defineConfig({ schema: 'prisma/schema.prisma' })
`,
  'app/api/users/route.ts': `import { PrismaClient } from '@/generated/prisma/client'

const prisma = new PrismaClient()

export async function GET() {
  return Response.json(await prisma.user.findMany())
}
`,
}

/** A repository with nothing to do: one shared client, and one user of it. */
export const ADOPTED: Tree = {
  'package.json': {
    name: 'shop',
    private: true,
    dependencies: { '@oneprisma/client': '^0.1.0', '@prisma/client': '^6.16.0' },
  },
  'prisma/schema.prisma': SCHEMA_6,
  'lib/prisma.js': `const { sharePrisma } = require('@oneprisma/client')
const { PrismaClient } = require('@prisma/client')

const prisma = sharePrisma(() => new PrismaClient())

module.exports = prisma
module.exports.prisma = prisma
module.exports.default = prisma
`,
  'routes/users.js': `const prisma = require('../lib/prisma')

module.exports = (app) => {
  app.get('/users', async (request, response) => response.json(await prisma.user.findMany()))
}
`,
}
