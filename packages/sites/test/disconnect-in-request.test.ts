import { describe, expect, it } from 'vitest'
import { findDisconnects } from '../src/disconnect-in-request.ts'
import { nodesWritten, parse, variablesNamed } from './parse.ts'

const HEAD = "import { prisma } from './client.js'\n"

/** The text at the place of each note. */
function disconnectsIn(code: string): readonly string[] {
  const module = parse(HEAD + code)
  const notes = findDisconnects(module, variablesNamed(module, 'prisma'))
  return notes.map(({ offset }) => module.text.slice(offset, offset + 20).split(/[(\n;]/)[0] ?? '')
}

const IN_REQUESTS = [
  {
    name: 'a handler that is exported',
    code: `export default async function handler(req, res) {
  res.json(await prisma.user.findMany())
  await prisma.$disconnect()
}`,
  },
  {
    name: 'a finally of a route',
    code: `export async function GET() {
  try {
    return Response.json(await prisma.user.findMany())
  } finally {
    await prisma.$disconnect()
  }
}`,
  },
  {
    name: 'a handler that is given to a router',
    code: `router.get('/', async (req, res) => {
  res.json(await prisma.user.findMany())
  await prisma['$disconnect']()
})`,
  },
  {
    name: 'a function that handlers call',
    code: `const finish = async () => {
  await prisma.$disconnect()
}
router.get('/', finish)`,
  },
  {
    name: 'a method that is handed on',
    code: `export const list = () => prisma.user.findMany().finally(prisma.$disconnect)`,
  },
  {
    name: 'a method that is bound',
    code: `export const list = () => prisma.user.findMany().finally(prisma.$disconnect.bind(prisma))`,
  },
  {
    name: 'a client under another name, extended and cast',
    code: `const db = (prisma as unknown as Client).$extends({})
const other = db
export async function list() {
  await other!.$disconnect()
}`,
  },
  {
    name: 'a listener of a request',
    code: `export function handler(req, res) {
  res.on('close', () => prisma.$disconnect())
}`,
  },
  {
    name: 'a loop of a worker',
    code: `async function work() {
  while (true) {
    await prisma.job.findMany()
    await prisma.$disconnect()
  }
}
work()`,
  },
  {
    name: 'a function that ends something of a user',
    code: `export async function closeAccount(id) {
  await prisma.user.delete({ where: { id } })
  await prisma.$disconnect()
}`,
  },
  {
    name: 'a method that is taken out in the function itself',
    code: `export async function handler() {
  const { $disconnect } = prisma
  await $disconnect()
}`,
  },
  {
    name: 'functions that call each other',
    code: `async function first() {
  await prisma.$disconnect()
  await second()
}
async function second() {
  await first()
}`,
  },
  {
    name: 'a handler that also ends the process at last',
    code: `process.on('SIGTERM', release)
router.get('/', release)
async function release() {
  await prisma.$disconnect()
}`,
  },
]

const AT_THE_END = [
  {
    name: 'a listener of a signal',
    code: `process.on('SIGTERM', async () => {
  await prisma.$disconnect()
})`,
  },
  {
    name: 'a function that listens for signals',
    code: `for (const signal of ['SIGINT', 'SIGTERM']) process.once('SIGINT', leave)
process.on('beforeExit', leave)
async function leave() {
  await prisma.$disconnect()
}`,
  },
  {
    name: 'a listener of a process that is imported',
    code: `import process from 'node:process'
process.on('exit', () => prisma.$disconnect())`,
  },
  {
    name: 'a hook of Nest',
    code: `export class Database {
  async onModuleDestroy() {
    await prisma.$disconnect()
  }
  onApplicationShutdown = () => prisma.$disconnect()
}`,
  },
  {
    name: 'a hook of fastify',
    code: `export default async function plugin(app) {
  app.addHook('onClose', async () => {
    await prisma.$disconnect()
  })
}`,
  },
  {
    name: 'what follows a server',
    code: `export function stopLater(server) {
  server.close(() => prisma.$disconnect())
}`,
  },
  {
    name: 'a function that says that it ends things',
    code: `export async function gracefulShutdown() {
  await prisma.$disconnect()
}
export const closeDatabase = async () => prisma.$disconnect()`,
  },
  {
    name: 'a method that disposes',
    code: `export class Database {
  async [Symbol.asyncDispose]() {
    await prisma.$disconnect()
  }
}`,
  },
  {
    name: 'a hook of tests',
    code: `afterAll(async () => {
  await prisma.$disconnect()
})`,
  },
  {
    name: 'the start of a server that fails',
    code: `async function bootstrap() {
  await listen()
}
bootstrap().catch(async (error) => {
  await prisma.$disconnect()
  process.exit(1)
})`,
  },
  {
    name: 'what is followed by the end of the process',
    code: `export async function fail(error) {
  await prisma.$disconnect()
  process.exit(1)
}`,
  },
  {
    name: 'the top of a module',
    code: `await prisma.user.findMany()
await prisma.$disconnect()`,
  },
  {
    name: 'another object with that method',
    code: `export async function handler(other) {
  await other.$disconnect()
}`,
  },
  {
    name: 'a parameter of the same name',
    code: `import { prisma as shared } from './client.js'
export async function handler({ db: other }) {
  const prismaLike = other
  await prismaLike.$disconnect()
}`,
  },
]

describe('findDisconnects', () => {
  it.each(IN_REQUESTS)('finds $name', ({ code }) => {
    expect(disconnectsIn(code)).toHaveLength(1)
  })

  it.each(AT_THE_END)('passes over $name', ({ code }) => {
    expect(disconnectsIn(code)).toEqual([])
  })

  it('finds a method that is taken out of the client where it is called', () => {
    const code = `const { $disconnect: release } = prisma
export async function handler() {
  await release()
}`

    expect(disconnectsIn(code)).toEqual(['release'])
  })

  it('finds the client of a class by what the class assigns', () => {
    const code = `class Users {
  constructor() {
    this.db = prisma
  }
  async list() {
    await this.db.$disconnect()
  }
}
class Others {
  db = connect()
  Inner = class {
    db = prisma
  }
  async list() {
    await this.db.$disconnect()
  }
}`

    expect(disconnectsIn(code)).toEqual(['this.db.$disconnect'])
  })

  it('finds the client of a class that makes it', () => {
    const module = parse(`import { PrismaClient } from '@prisma/client'
export class Users {
  #db = new PrismaClient()
  private readonly other = new PrismaClient()
  async list() {
    await this.other.$disconnect()
  }
}`)

    const notes = findDisconnects(module, [], {
      expressions: nodesWritten(module, 'new PrismaClient()'),
    })

    expect(notes).toHaveLength(1)
  })

  it('goes by the variable and not by its name', () => {
    const module = parse(`import { prisma } from './client.js'
export async function handler() {
  const prisma = connect()
  await prisma.$disconnect()
}`)
    const [imported] = variablesNamed(module, 'prisma')

    const notes = findDisconnects(module, imported === undefined ? [] : [imported])

    expect(notes).toEqual([])
  })

  it('says what happens and what to do', () => {
    const code = 'export async function GET() {\n  await prisma.$disconnect()\n}\n'
    const module = parse(HEAD + code)

    const notes = findDisconnects(module, variablesNamed(module, 'prisma'))

    expect(notes).toEqual([
      {
        code: 'DISCONNECT_IN_REQUEST',
        offset: (HEAD + code).indexOf('prisma.$disconnect'),
        message:
          '`prisma.$disconnect` closes the shared client for everyone in this process, and the next query has to connect again. ' +
          'Remove it: the client closes when the process ends.',
      },
    ])
  })
})
