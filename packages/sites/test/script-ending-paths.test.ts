import { describe, expect, it } from 'vitest'
import { mendScriptEnding } from '../src/script-ending.ts'
import { mend } from './mended.ts'
import { nodesWritten, parse } from './parse.ts'

const HEAD = "import { prisma } from './client.js'\n"
const MAIN = `async function main() {
  await prisma.user.findMany()
}
`
const FINALLY = '.finally(() => prisma.$disconnect())'
const AWAIT = 'await prisma.$disconnect()'

interface Row {
  readonly name: string
  readonly script: string
  /** The texts that are put in. */
  readonly put: readonly string[]
}

const PATHS: readonly Row[] = [
  {
    name: 'does not take a listener of a signal for code that runs where it is added',
    script: `const users = await prisma.user.findMany()
process.on('SIGINT', () => process.exit(130))
console.log(users)
await prisma.$disconnect()
`,
    put: [],
  },
  {
    name: 'comes back from a function that calls itself',
    script: `async function visit(depth) {
  await prisma.user.findMany()
  await visit(depth - 1)
}
async function main() {
  await visit(3)
  process.exit(1)
}
main().finally(() => prisma.$disconnect())
`,
    put: ['process.exitCode = 1'],
  },
  {
    name: 'does not rely on a disconnect behind a condition',
    script: `async function main() {
  try {
    await prisma.user.findMany()
  } finally {
    process.env.CI && (await prisma.$disconnect())
  }
}
main()
`,
    put: [FINALLY],
  },
  {
    name: 'does not rely on a disconnect in a branch',
    script: `async function main() {
  try {
    await prisma.user.findMany()
  } finally {
    if (process.env.CI) await prisma.$disconnect()
    process.env.CD ? await prisma.$disconnect() : undefined
  }
}
main()
`,
    put: [FINALLY],
  },
  {
    name: 'does not rely on a disconnect in a callback',
    script: `async function main() {
  try {
    await prisma.user.findMany()
  } finally {
    for await (const done of each(async () => prisma.$disconnect())) console.log(done)
  }
}
main()
`,
    put: [FINALLY],
  },
  {
    name: 'follows a function that is handed to another',
    script: `const seed = async () => {
  try {
    await prisma.user.findMany()
  } finally {
    await prisma.$disconnect()
  }
}
retry(seed).catch(console.error)
`,
    put: [],
  },
  {
    name: 'follows both handlers of a promise',
    script: `${MAIN}main().then(() => prisma.$disconnect(), async () => { await prisma.$disconnect() })
`,
    put: [],
  },
  {
    name: 'follows a catch of what is no query',
    script: `async function main() {
  await prisma.user.findMany()
  try {
    risky()
  } catch {
    process.exit(1)
  }
}
main().finally(() => prisma.$disconnect())
`,
    put: ['process.exitCode = 1'],
  },
  {
    name: 'follows a break out of a try',
    script: `async function main() {
  for (;;) {
    try {
      await prisma.user.findMany()
      break
    } catch {
      console.log('again')
    }
  }
  process.exit(1)
}
main().finally(() => prisma.$disconnect())
`,
    put: ['process.exitCode = 1'],
  },
  {
    name: 'leaves an endless loop only by its break',
    script: `async function main() {
  while (true) {
    const users = await prisma.user.findMany()
    if (users.length === 0) {
      await prisma.$disconnect()
      break
    }
  }
  process.exit(0)
}
main().catch(async () => {
  await prisma.$disconnect()
  process.exit(1)
})
`,
    put: [],
  },
  {
    name: 'follows each case of a switch',
    script: `async function main() {
  const users = await prisma.user.findMany()
  switch (users.length) {
    case 1:
      console.log('one')
      break
    default:
      process.exit(2)
  }
}
main().finally(() => prisma.$disconnect())
`,
    put: ['process.exitCode = 2\n      return'],
  },
]

const REFUSALS: readonly Row[] = [
  {
    name: 'a handler that another promise has, too',
    script: `${MAIN}function fail(e) {
  console.error(e)
  process.exit(1)
}
check().catch(fail)
main().catch(fail).finally(() => prisma.$disconnect())
`,
    put: [FINALLY],
  },
  {
    name: 'a main that other modules can call',
    script: `export async function main() {
  const users = await prisma.user.findMany()
  if (users.length === 0) {
    process.exit(1)
  }
}
main().finally(() => prisma.$disconnect())
`,
    put: [`${AWAIT}\n    `],
  },
  {
    name: 'a finally that ends the process with success',
    script: `${MAIN}main()
  .catch(() => {
    process.exit(1)
  })
  .finally(async () => {
    await prisma.$disconnect()
    process.exit(0)
  })
`,
    put: ['async ', `${AWAIT}\n    `],
  },
  {
    name: 'what the module goes on to say',
    script: `${MAIN}await main()
  .catch(() => {
    process.exit(1)
  })
  .finally(() => prisma.$disconnect())
console.log('done')
`,
    put: ['async ', `${AWAIT}\n    `],
  },
  {
    name: 'an exit in a finally, which would hide the error',
    script: `async function main() {
  try {
    await prisma.user.findMany()
  } finally {
    if (process.env.CI) process.exit(1)
    console.log('done')
  }
}
main().finally(() => prisma.$disconnect())
`,
    put: [`{ ${AWAIT}; process.exit(1) }`],
  },
  {
    name: 'a function that is said never to return',
    script: `async function main(): Promise<never> {
  await prisma.user.findMany()
  process.exit(0)
}
main().finally(() => prisma.$disconnect())
`,
    put: [`${AWAIT}\n  `],
  },
  {
    name: 'a comment that would be lost',
    script: `${MAIN}main().catch(() => /* no way */ process.exit(1)).finally(() => prisma.$disconnect())
`,
    put: [FINALLY],
  },
  {
    name: 'a code that is spread',
    script: `${MAIN}main()
  .catch((e) => {
    process.exit(...e.codes)
  })
  .finally(() => prisma.$disconnect())
`,
    put: ['async ', `${AWAIT}\n    `],
  },
]

describe('mendScriptEnding', () => {
  it.each(PATHS)('$name', ({ script, put }) => {
    const { edits, notes } = mend(HEAD + script)

    expect(edits.map(({ text }) => text)).toEqual(put)
    expect(notes).toEqual([])
  })

  it.each(REFUSALS)('does not let an exit return that meets $name', ({ script, put }) => {
    const { edits, notes } = mend(HEAD + script)

    expect(edits.map(({ text }) => text)).toEqual(put)
    expect(notes).toEqual([])
  })

  it('does not make a finally of a handler that takes the result', () => {
    const script = `${MAIN}main()
  .then((users) => prisma.$disconnect())
  .catch(() => {
    process.exit(1)
  })
`

    expect(mend(HEAD + script).edits.map(({ text }) => text)).toEqual(['async ', `${AWAIT}\n    `])
  })

  it('does not await the client where another variable has its name', () => {
    const script = `async function main() {
  await prisma.user.findMany()
  await prisma.$disconnect()
}
main().catch((prisma) => {
  console.error(prisma)
  process.exit(1)
})
`
    const module = parse(HEAD + script)
    const [imported] = module.scopes.scopes.flatMap(({ set }) => set.get('prisma') ?? [])

    const { edits } = mendScriptEnding(module, imported === undefined ? [] : [imported], {
      format: 'esm',
      name: 'prisma',
    })

    expect(edits.map(({ text }) => text)).toEqual(['process.exitCode = 1', FINALLY])
  })

  it('sets the exit code in the second handler of a then', () => {
    const script = `${MAIN}main().then(() => console.log('ok'), (e) => { process.exit(1) })
`

    expect(mend(HEAD + script).edits.map(({ text }) => text)).toEqual([
      'process.exitCode = 1',
      FINALLY,
    ])
  })

  it('puts no await into CommonJS', () => {
    const script = 'await seed(prisma)\n'

    expect(mend(HEAD + script, 'cjs').edits).toEqual([])
    expect(mend(HEAD + script, 'cjs').notes).toHaveLength(1)
    expect(mend(HEAD + script, 'esm').edits).toHaveLength(1)
  })

  it('puts no await into a module that does not wait for its client', () => {
    const { edits, notes } = mend(`${HEAD}const service = startService(prisma)\n`)

    expect(edits).toEqual([])
    expect(notes.map(({ code }) => code)).toEqual(['SCRIPT_WITHOUT_DISCONNECT'])
  })

  it('touches no program beside one that disconnects', () => {
    const script = `${MAIN}async function other() {
  await prisma.user.findMany()
}
other()
main().finally(() => prisma.$disconnect())
`

    expect(mend(HEAD + script).edits).toEqual([])
    expect(mend(HEAD + script).notes.map(({ code }) => code)).toEqual(['SCRIPT_WITHOUT_DISCONNECT'])
  })

  it('takes the making of a client for no use of it', () => {
    const module = parse(`
const service = new Service(new PrismaClient())
if (process.argv.length > 9) process.exit(2)
await service.run()
await service.close()
`)

    const { notes, edits } = mendScriptEnding(module, [], {
      format: 'esm',
      name: 'prisma',
      expressions: nodesWritten(module, 'new PrismaClient()'),
    })

    expect(edits.map(({ text }) => text)).toEqual([`\n${AWAIT}`])
    expect(notes).toEqual([])
  })
})
