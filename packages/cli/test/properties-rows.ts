/** The names that a row of the taxonomy is written with. */
export interface Names {
  /** What the constructor is called in the module: `PrismaClient`, `Db`, `db.PrismaClient`. */
  readonly made: string
  /** A variable that nothing else of the module is called. */
  readonly own: string
  /** A number that nothing else of the module has. */
  readonly id: number
}

/**
 * A way to have a client, or something that looks like one. `⟦new⟧` before a site says that it is
 * one, and of which kind; `§` ends a statement, with or without a semicolon.
 */
export interface Row {
  readonly name: string
  readonly text: (names: Names) => string
  /** Whether it is TypeScript. */
  readonly isTyped?: boolean
  readonly hasJsx?: boolean
  /** Whether it can stand only in an ES module. */
  readonly isEsm?: boolean
  readonly isCommonJs?: boolean
  /** Whether a module can hold it only once. */
  readonly isOnce?: boolean
  /** Whether it declares the name that the shared client has where it is free. */
  readonly takesName?: boolean
}

const uses = (own: string): string => `await ${own}.user.findMany({ where: { name: 'é' } })`

export const SITES: readonly Row[] = [
  {
    name: 'client of the module',
    text: ({ made, own, id }) =>
      `const ${own} = ⟦new⟧new ${made}()§\n\nasync function read${id}() {\n  return ${uses(own)}§\n}\nread${id}()§`,
  },
  {
    name: 'without brackets, after a comment',
    text: ({ made, own }) =>
      `/* 客户 🧑‍🚀 */ const ${own} = ⟦new⟧new ${made} // 🔚\nvoid ${own}.user§`,
  },
  {
    name: 'one of several declarators',
    text: ({ made, own, id }) =>
      `const first${id} = 1, ${own} = ⟦new⟧new ${made}(), last${id} = [first${id}]§\nvoid [${own}, last${id}]§`,
  },
  { name: 'unused', text: ({ made, own }) => `const ${own} = ⟦new⟧new ${made}()§` },
  { name: 'in no variable', text: ({ made }) => `void ⟦new⟧new ${made}().user.count()§` },
  {
    name: 'with options',
    text: ({ made, own }) =>
      `const ${own} = ⟦new⟧new ${made}({\n  log: ['query'], // 🪵\n})§\nvoid ${own}.user§`,
  },
  {
    name: 'with a database of its own',
    text: ({ made, own }) =>
      `const ${own} = ⟦new⟧new ${made}({ datasources: { db: { url: 'postgres://é' } } })§\nvoid ${own}§`,
  },
  {
    name: 'in a function',
    text: ({ made, own, id }) =>
      `async function handle${id}(request) {\n  const ${own} = ⟦new⟧new ${made}()§\n  const found = ${uses(own)}§\n  await ${own}.$disconnect()§\n  return [request, found]§\n}\nhandle${id}()§`,
  },
  {
    name: 'in a function that has the name of the shared client',
    takesName: true,
    text: ({ made, own, id }) =>
      `const take${id} = async (prisma) => {\n  const ${own} = ⟦new⟧new ${made}()§\n  return [prisma, ${uses(own)}]§\n}\ntake${id}()§`,
  },
  {
    name: 'guard with a condition',
    text: ({ made, own, id }) =>
      `let ${own}§\nif (process.env.NODE_ENV === 'production') {\n  ${own} = ⟦new⟧new ${made}()§\n} else {\n  if (!global.kept${id}) global.kept${id} = ⟦new⟧new ${made}()§\n  ${own} = global.kept${id}§\n}\nvoid ${own}.user§`,
  },
  {
    name: 'guard with an operator',
    text: ({ made, own, id }) =>
      `const ${own} = globalThis.kept${id} ?? ⟦new⟧new ${made}()§\nif (process.env.NODE_ENV !== 'production') globalThis.kept${id} = ${own}§\nvoid ${own}.user§`,
  },
  {
    name: 'typed guard',
    isTyped: true,
    text: ({ made, own, id }) =>
      `const held${id} = globalThis as unknown as { ${own}?: unknown }§\nconst ${own} = (held${id}.${own} || ⟦new⟧new ${made}()) as any§\nif (process.env.NODE_ENV !== 'production') held${id}.${own} = ${own}§\nvoid ${own}.user§`,
  },
  {
    name: 'field that a constructor sets',
    text: ({ made, id }) =>
      `class Service${id} {\n  constructor() {\n    this.client = ⟦new⟧new ${made}()§\n  }\n}\nvoid Service${id}§`,
  },
  {
    name: 'member in a field',
    isTyped: true,
    text: ({ made, id }) =>
      `@injectable({ scope: 'é' })\nclass Users${id} {\n  public users = ⟦new⟧new ${made}().user§\n}\nvoid Users${id}§`,
  },
  {
    name: 'condition',
    text: ({ made, own, id }) =>
      `const ${own} = Math.random() > ${id} ? ⟦new⟧new ${made}() : ⟦new⟧new ${made}({ errorFormat: 'minimal' })§\nvoid ${own}§`,
  },
  {
    name: 'extended client',
    text: ({ made, own }) =>
      `const ${own} = ⟦new⟧new ${made}().$extends({ name: '🧩' })§\nvoid ${own}§`,
  },
  {
    name: 'type arguments and assertions',
    isTyped: true,
    text: ({ made, own }) =>
      `const ${own} = (⟦new⟧new ${made}<{ log: [] }>() satisfies object)!§\nvoid ${own}.user§`,
  },
  {
    name: 'subclass',
    text: ({ made, own, id }) =>
      `⟦extends⟧class Own${id} extends ${made} {\n  hello() {}\n}\nconst ${own} = ⟦new⟧new Own${id}()§\nvoid ${own}§`,
  },
  {
    name: 'wrapper',
    text: ({ made, own, id }) =>
      `const Enhanced${id} = enhance${id}(${made})§\nconst ${own} = ⟦wrapper⟧new Enhanced${id}()§\nvoid ${own}§`,
  },
  {
    name: 'factory',
    text: ({ made, id }) => `const make${id} = () => ⟦new⟧new ${made}()§\nvoid make${id}§`,
  },
  {
    name: 'argument',
    text: ({ made, id }) => `start${id}('é', ⟦new⟧new ${made}(), [${id}])§`,
  },
  {
    name: 'assigned later',
    text: ({ made, own, id }) =>
      `let ${own}§\nfunction get${id}() {\n  if (!${own}) ${own} = ⟦new⟧new ${made}()§\n  return ${own}§\n}\nvoid get${id}§`,
  },
  {
    name: 'exported',
    isEsm: true,
    text: ({ made, own }) => `export const ${own} = ⟦new⟧new ${made}()§`,
  },
  {
    name: 'default export',
    isEsm: true,
    isOnce: true,
    text: ({ made }) => `export default ⟦new⟧new ${made}()§`,
  },
  {
    name: 'script that ends itself',
    text: ({ made, own, id }) =>
      `const ${own} = ⟦new⟧new ${made}()§\n\nasync function main${id}() {\n  console.log(${uses(own)})§\n}\n\nmain${id}()\n  .catch((error) => {\n    console.error(error)§\n    process.exit(1)§\n  })\n  .finally(async () => {\n    await ${own}.$disconnect()§\n  })§`,
  },
  {
    name: 'on a line with others',
    text: ({ made, own, id }) =>
      `const before${id} = 1; const ${own} = ⟦new⟧new ${made}(); void [before${id}, ${own}.user] /* 🔚 */`,
  },
  {
    name: 'private field',
    text: ({ made, id }) =>
      `class Store${id} {\n  /** 客户 */\n  #client = ⟦new⟧new ${made}()§\n  read() {\n    return this.#client.user.count()§\n  }\n}\nvoid Store${id}§`,
  },
  {
    name: 'required in a function',
    isCommonJs: true,
    text: ({ own, id }) =>
      `module.exports.get${id} = async (app) => {\n  const { PrismaClient: Made${id} } = require('@prisma/client')§\n  const ${own} = ⟦new⟧new Made${id}()§\n  return [app, ${uses(own)}]§\n}`,
  },
  {
    name: 'imported in a function',
    text: ({ own, id }) =>
      `async function open${id}() {\n  const { PrismaClient: Made${id} } = await import('@prisma/client')§\n  const ${own} = ⟦new⟧new Made${id}()§\n  return ${uses(own)}§\n}\nvoid open${id}§`,
  },
  {
    name: 'in a callback of an import',
    text: ({ id }) =>
      `const opened${id} = import('@prisma/client').then(({ PrismaClient: Made${id} }) => ⟦new⟧new Made${id}())§\nvoid opened${id}§`,
  },
  {
    name: 'reflection',
    text: ({ made, own }) =>
      `const ${own} = ⟦new⟧Reflect.construct(${made}, [])§\nvoid ${own}.user§`,
  },
  {
    name: 'destructured',
    text: ({ made, own }) => `const { user: ${own} } = ⟦new⟧new ${made}()§\nvoid ${own}.count()§`,
  },
  {
    name: 'exported afterwards',
    isEsm: true,
    text: ({ made, own, id }) =>
      `const ${own} = ⟦new⟧new ${made}()§\nexport { ${own} as shared${id} }§`,
  },
  {
    name: 'exported by CommonJS',
    isCommonJs: true,
    isOnce: true,
    text: ({ made, own }) =>
      `const ${own} = ⟦new⟧new ${made}()§\nmodule.exports = { ${own}, other: 1 }§`,
  },
  {
    name: 'typed variable',
    isTyped: true,
    text: ({ made, own, id }) =>
      `const ${own}: ${made} = ⟦new⟧new ${made}()§\nconst read${id} = (client: ${made} = ${own}): unknown => client§\nvoid read${id}§`,
  },
]

export const OTHERS: readonly Row[] = [
  { name: 'comment', text: ({ id }) => `// const prisma${id} = new PrismaClient() 🧪 例え` },
  {
    name: 'block of comment',
    text: ({ id }) =>
      `/*\n * import { PrismaClient } from '@prisma/client' 🎏\n * new PrismaClient() ${id}\n */`,
  },
  { name: 'string', text: ({ id }) => `const text${id} = 'new PrismaClient() 🧵 漢字'§` },
  {
    name: 'template',
    text: ({ id }) =>
      `const page${id} = \`\n  const prisma = new PrismaClient() // \${1 + ${id}} 𝒳\n\`§`,
  },
  {
    name: 'class of the same name',
    text: ({ id }) =>
      `function local${id}() {\n  class PrismaClient {}\n  return new PrismaClient()§\n}\nvoid local${id}§`,
  },
  {
    name: 'variable with the name of the shared client',
    isOnce: true,
    takesName: true,
    text: () => `const prisma = 1§`,
  },
  {
    name: 'types',
    isTyped: true,
    text: ({ id }) =>
      `type Row${id} = { readonly name: string; at?: Date }\nabstract class Base${id}<T extends Row${id}> {\n  @field('é') declare private readonly row?: T\n}\nvoid Base${id}§`,
  },
  {
    name: 'JSX',
    hasJsx: true,
    text: ({ id }) =>
      `const page${id} = () => (\n  <p title='é'>\n    new PrismaClient() 🚀 {${id}} {/* new PrismaClient() */}\n  </p>\n)§\nvoid page${id}§`,
  },
  {
    name: 'expression and division',
    text: ({ id }) => `const ratio${id} = 4 / 2 / 1, quoted${id} = /new PrismaClient\\(\\)['/]/u§`,
  },
  {
    name: 'export',
    isEsm: true,
    text: ({ id }) => `export const other${id} = { PrismaClient: ${id} }§`,
  },
]

/** A way to have the constructor in a module. */
export interface Binding {
  readonly name: string
  readonly made: string
  readonly text: string
  readonly syntax: 'esm' | 'cjs'
  readonly isTyped?: boolean
}

export const BINDINGS: readonly Binding[] = [
  {
    name: 'named',
    made: 'PrismaClient',
    syntax: 'esm',
    text: `import { PrismaClient } from '@prisma/client'§`,
  },
  {
    name: 'alias',
    made: 'Db',
    syntax: 'esm',
    text: `import { PrismaClient as Db } from '@prisma/client'§ // 🗄️`,
  },
  {
    name: 'several names',
    made: 'PrismaClient',
    syntax: 'esm',
    text: `import {\n  Prisma,\n  PrismaClient, // 客户\n  Role,\n} from '@prisma/client'§\nvoid [Prisma, Role]§`,
  },
  {
    name: 'types beside it',
    made: 'PrismaClient',
    syntax: 'esm',
    isTyped: true,
    text: `import { type Prisma, PrismaClient } from '@prisma/client'§\nlet typed: PrismaClient | Prisma.JsonValue§`,
  },
  {
    name: 'namespace',
    made: 'db.PrismaClient',
    syntax: 'esm',
    text: `import * as db from '@prisma/client'§`,
  },
  {
    name: 'default',
    made: 'PrismaClient',
    syntax: 'esm',
    text: `import pkg from '@prisma/client'§\nconst { PrismaClient } = pkg§`,
  },
  {
    name: 'member of a default',
    made: 'pkg.PrismaClient',
    syntax: 'esm',
    text: `import pkg from '@prisma/client'§`,
  },
  {
    name: 'dynamic',
    made: 'PrismaClient',
    syntax: 'esm',
    text: `const { PrismaClient } = await import('@prisma/client')§`,
  },
  {
    name: 'with attributes beside it',
    made: 'PrismaClient',
    syntax: 'esm',
    text: `import data from './data.json' with { type: 'json' }§\nimport { PrismaClient } from '@prisma/client'§\nvoid data§`,
  },
  {
    name: 'handed on as well',
    made: 'PrismaClient',
    syntax: 'esm',
    text: `import { PrismaClient } from '@prisma/client'§\nexport { ⟦re-export⟧PrismaClient }§`,
  },
  {
    name: 'import equals',
    made: 'db.PrismaClient',
    syntax: 'cjs',
    isTyped: true,
    text: `import db = require('@prisma/client')§`,
  },
  {
    name: 'require',
    made: 'PrismaClient',
    syntax: 'cjs',
    text: `const { PrismaClient } = require('@prisma/client')§`,
  },
  {
    name: 'require with another name',
    made: 'Db',
    syntax: 'cjs',
    text: `const { Prisma, PrismaClient: Db } = require('@prisma/client')§\nvoid Prisma§`,
  },
  {
    name: 'required whole',
    made: 'db.PrismaClient',
    syntax: 'cjs',
    text: `const db = require('@prisma/client')§`,
  },
  {
    name: 'required member',
    made: 'PrismaClient',
    syntax: 'cjs',
    text: `const PrismaClient = require('@prisma/client').PrismaClient§`,
  },
]
