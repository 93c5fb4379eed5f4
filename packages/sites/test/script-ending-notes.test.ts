import { describe, expect, it } from 'vitest'
import { findOpenEndings, mendScriptEnding } from '../src/script-ending.ts'
import { mend } from './mended.ts'
import { nodesWritten, parse, variablesNamed } from './parse.ts'

const HEAD = "import { prisma } from './client.js';\n"

/** The code and the text at the place of each note. */
function notesOf(script: string, format: 'esm' | 'cjs' = 'esm') {
  const { notes, text } = mend(HEAD + script, format)
  return notes.map(({ code, offset }) => `${code} ${text.slice(offset).split('\n')[0]}`)
}

describe('mendScriptEnding', () => {
  it('notes an exit of a function that other code calls too', () => {
    const script = `
async function findUser() {
  const [user] = await prisma.user.findMany();
  if (user === undefined) {
    process.exit(1);
  }
  return user;
}
async function main() {
  await findUser();
}
main().finally(() => prisma.$disconnect());
`

    expect(notesOf(script)).toEqual(['EXIT_SKIPS_DISCONNECT process.exit(1);'])
    expect(mend(HEAD + script).edits).toEqual([])
  })

  it('notes an exit in a callback after a query', () => {
    const script = `
async function main() {
  const users = await prisma.user.findMany();
  users.forEach((user) => {
    if (user.id === 0) process.exit(1);
  });
}
main().finally(() => prisma.$disconnect());
`

    expect(notesOf(script)).toEqual(['EXIT_SKIPS_DISCONNECT process.exit(1);'])
  })

  it('notes an exit within an expression', () => {
    const script = `
async function main() {
  const [user] = await prisma.user.findMany();
  const id = user?.id ?? process.exit(1);
  console.log(id);
}
main().finally(() => prisma.$disconnect());
`

    expect(notesOf(script)).toEqual(['EXIT_SKIPS_DISCONNECT process.exit(1);'])
  })

  it('notes two programs that would close the client of each other', () => {
    const script = `
async function seedUsers() {
  await prisma.user.findMany();
}
async function seedPosts() {
  await prisma.user.findMany();
}
seedUsers();
seedPosts();
`

    expect(notesOf(script)).toEqual(['SCRIPT_WITHOUT_DISCONNECT seedUsers();'])
  })

  it('notes a main that may be no promise', () => {
    const script = `
function main() {
  prisma.user.findMany().then((users) => console.log(users));
}
main();
`

    expect(notesOf(script)).toEqual(['SCRIPT_WITHOUT_DISCONNECT main();'])
  })

  it('notes work in a callback of something else', () => {
    const script = `
import { createReadStream } from 'node:fs';
createReadStream('users.csv').on('data', async () => {
  await prisma.user.findMany();
});
`

    expect(notesOf(script)).toEqual([
      "SCRIPT_WITHOUT_DISCONNECT createReadStream('users.csv').on('data', async () => {",
    ])
  })

  it('says what happens and what to do', () => {
    const { notes } = mend(`${HEAD}function main() { prisma.user.findMany() }\nmain()\n`)

    expect(notes.map(({ message }) => message)).toEqual([
      'This script may end without disconnecting the shared client, whose idle connections then hold it. ' +
        'Hand what it does to `runScript` of @oneprisma/client/script, or await `$disconnect()` on every path.',
    ])
  })

  it('goes by the variable and not by its name', () => {
    const module = parse(`
import { prisma } from './other.js';
import { prisma as db } from './client.js';
async function main() {
  await db.user.findMany();
}
main().finally(() => prisma.$disconnect());
`)

    const { edits } = mendScriptEnding(module, variablesNamed(module, 'db'), {
      format: 'esm',
      name: 'db',
    })

    expect(edits.map(({ text }) => text)).toEqual(['.finally(() => db.$disconnect())'])
  })

  it('knows a client that main makes for itself, which the migration takes out', () => {
    const script = `
import { PrismaClient } from '@prisma/client';
async function main() {
  const db = new PrismaClient();
  await db.user.findMany();
}
main();
`
    const module = parse(script)

    const { edits } = mendScriptEnding(module, variablesNamed(module, 'db'), {
      format: 'esm',
      name: 'prisma',
    })

    expect(edits.map(({ text }) => text)).toEqual(['.finally(() => prisma.$disconnect())'])
  })

  it('knows a client that an expression makes and a class holds', () => {
    const module = parse(`
import { PrismaClient } from '@prisma/client';
class Seeder {
  db = new PrismaClient();
  async run() {
    await this.db.user.findMany();
  }
}
async function main() {
  await new Seeder().run();
}
main();
`)

    const { edits } = mendScriptEnding(module, [], {
      format: 'esm',
      name: 'prisma',
      expressions: nodesWritten(module, 'new PrismaClient()'),
    })

    expect(edits.map(({ text }) => text)).toEqual(['.finally(() => prisma.$disconnect())'])
  })

  it('takes a client that is only disconnected for one that the imports use', () => {
    const script = `
import { seedUsers } from './seed-users.js';
async function main() {
  await seedUsers();
}
main().catch(() => process.exit(1)).finally(() => prisma.$disconnect());
`

    expect(mend(HEAD + script).edits.map(({ text }) => text.trim())).toEqual([
      '{ process.exitCode = 1; }',
    ])
  })
})

describe('findOpenEndings', () => {
  function openIn(script: string): readonly string[] {
    const module = parse(HEAD + script)
    return findOpenEndings(module, variablesNamed(module, 'prisma')).map(({ code }) => code)
  }

  it('finds what a migration would mend', () => {
    const script = `
async function main() {
  await prisma.user.findMany();
}
main().catch(() => process.exit(1)).finally(() => prisma.$disconnect());
`

    expect(openIn(script)).toEqual(['EXIT_SKIPS_DISCONNECT'])
  })

  it('finds a script that never disconnects', () => {
    expect(openIn('await prisma.user.findMany();')).toEqual(['SCRIPT_WITHOUT_DISCONNECT'])
  })

  it.each<[what: string, ending: string]>([
    ['a block around its work', 'try { await main() } finally { await prisma.$disconnect() }'],
    ['a statement after it', 'await main(); await prisma.$disconnect()'],
    ['a method of the promise', 'main().finally(() => prisma.$disconnect())'],
    ['both handlers', 'main().then(() => prisma.$disconnect(), () => prisma.$disconnect())'],
  ])('is content with a disconnect in %s', (_, ending) => {
    expect(openIn(`async function main() { await prisma.user.findMany() }\n${ending}`)).toEqual([])
  })

  it('is content where the script disconnects, also by another name with another type', () => {
    const script = `
const db = prisma as unknown as Db;
async function main() {
  await db.user.findMany();
}
main().finally(() => prisma.$disconnect());
`

    expect(openIn(script)).toEqual([])
  })
})
