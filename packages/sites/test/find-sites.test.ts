import { describe, expect, it } from 'vitest'
import { foundSites } from './found-sites.ts'

const IMPORT = `import { PrismaClient } from '@prisma/client'\n`
const MODULE = 'library process rewrite MODULE_CLIENT'

interface Row {
  readonly name: string
  readonly text: string
  readonly sites: readonly string[]
}

const BINDINGS: readonly Row[] = [
  {
    name: 'a named import',
    text: `${IMPORT}const prisma = new PrismaClient()\nprisma.user`,
    sites: [`new 2:16 named ${MODULE}`],
  },
  {
    name: 'a renamed import',
    text: `import { PrismaClient as Db } from '@prisma/client'\nconst prisma = new Db()\nprisma.user`,
    sites: [`new 2:16 named ${MODULE}`],
  },
  {
    name: 'a default import, destructured under another name',
    text: `import pkg from '@prisma/client'\nconst { PrismaClient: Db } = pkg\nconst prisma = new Db()\nprisma.user`,
    sites: [`new 3:16 default ${MODULE}`],
  },
  {
    name: 'a namespace',
    text: `import * as P from '@prisma/client'\nconst prisma = new P['PrismaClient']()\nprisma.user`,
    sites: [`new 2:16 namespace ${MODULE}`],
  },
  {
    name: 'a require, destructured',
    text: `const { PrismaClient } = require('@prisma/client')\nconst prisma = new PrismaClient()\nprisma.user`,
    sites: [`new 2:16 require-destructure ${MODULE}`],
  },
  {
    name: 'a member of a require',
    text: `const prisma = new (require('@prisma/client').PrismaClient)()\nprisma.user`,
    sites: [`new 1:16 require ${MODULE}`],
  },
  {
    name: 'createRequire under another name',
    text: `import { createRequire } from 'node:module'\nconst load = createRequire(import.meta.url)\nconst { PrismaClient } = load('@prisma/client')\nconst prisma = new PrismaClient()\nprisma.user`,
    sites: [`new 4:16 require-destructure ${MODULE}`],
  },
  {
    name: 'import equals',
    text: `import P = require('@prisma/client')\nconst prisma = new P.PrismaClient()\nprisma.user`,
    sites: [`new 2:16 import-equals ${MODULE}`],
  },
  {
    name: 'a dynamic import',
    text: `const { PrismaClient } = await import('@prisma/client')\nconst prisma = new PrismaClient()\nprisma.user`,
    sites: [`new 2:16 dynamic-import ${MODULE}`],
  },
  {
    name: 'then after a dynamic import',
    text: `import('@prisma/client').then(({ PrismaClient }) => {\n  const prisma = new PrismaClient()\n  void prisma.user\n})`,
    sites: ['new 2:18 dynamic-import library call rewrite LOCAL_CLIENT'],
  },
  {
    name: 'a variable that branches assign',
    text: `import * as P from '@prisma/client'\nlet PrismaClient\nif (P.PrismaClient) PrismaClient = P.PrismaClient\nelse PrismaClient = P.default.PrismaClient\nconst prisma = new PrismaClient()\nprisma.user`,
    sites: [`new 5:16 namespace ${MODULE}`],
  },
  {
    name: 'one class or else the other',
    text: `import P, * as All from '@prisma/client'\nconst PrismaClient = P?.PrismaClient || All?.PrismaClient\nconst prisma = new PrismaClient()\nprisma.user`,
    sites: [`new 3:16 default ${MODULE}`],
  },
  {
    name: 'Reflect.construct',
    text: `${IMPORT}const prisma = Reflect.construct(PrismaClient, [])\nprisma.user`,
    sites: [`new 2:16 named ${MODULE}`],
  },
  {
    name: 'a name that something else hides',
    text: `${IMPORT}function make(PrismaClient) {\n  return new PrismaClient()\n}\nmake(PrismaClient)`,
    sites: [],
  },
  {
    name: 'a type',
    text: `import type { PrismaClient } from '@prisma/client'\nexport type Client = InstanceType<typeof PrismaClient>\nexport const f = (prisma: PrismaClient) => prisma.$extends({})`,
    sites: [],
  },
  {
    name: 'a class of the same name from elsewhere',
    text: `import { PrismaClient } from './fake'\nexport const prisma = new PrismaClient()\nexport class Own extends PrismaClient {}`,
    sites: [],
  },
  {
    name: 'comments and strings',
    text: `// new PrismaClient()\n/* new PrismaClient() */\nexport const text = \`\${1} new PrismaClient()\` + "new PrismaClient()"`,
    sites: [],
  },
]

const CLASSES: readonly Row[] = [
  {
    name: 'a class on lines of its own, behind decorators',
    text: `${IMPORT}@Injectable()\nexport class Service\n  extends PrismaClient\n  implements OnModuleInit {}`,
    sites: ['extends 3:8 named library none keep SUBCLASS'],
  },
  {
    name: 'a class and its objects',
    text: `${IMPORT}class Own extends PrismaClient {}\nconst own = new Own()\nown.user`,
    sites: [
      'extends 2:1 named library none keep SUBCLASS',
      'new 3:13 subclass library process keep SUBCLASS',
    ],
  },
  {
    name: 'a class expression',
    text: `${IMPORT}export const Own = class extends PrismaClient {}`,
    sites: ['extends 2:20 named library none keep SUBCLASS'],
  },
  {
    name: 'a wrapper',
    text: `import { enhance } from 'enhance'\n${IMPORT}const Enhanced = enhance(PrismaClient)\nconst prisma = new Enhanced()\nprisma.user`,
    sites: ['wrapper 4:16 wrapper library process keep WRAPPER'],
  },
  {
    name: 'names that are handed on',
    text: `export { PrismaClient, PrismaClient as Client } from '@prisma/client'\nexport type { PrismaClient as Type } from '@prisma/client'`,
    sites: [
      're-export 1:10 re-export library none keep RE_EXPORT',
      're-export 1:24 re-export library none keep RE_EXPORT',
    ],
  },
  {
    name: 'all that is handed on',
    text: `export * from '@prisma/client'`,
    sites: ['re-export 1:1 re-export library none keep RE_EXPORT'],
  },
]

const DECISIONS: readonly Row[] = [
  [
    'a local client',
    `const f = () => { const p = new PrismaClient(); p.user }`,
    'call rewrite LOCAL_CLIENT',
    29,
  ],
  ['a field', `class A { p = new PrismaClient() }`, 'object rewrite FIELD_CLIENT', 15],
  ['an argument', `adapt(new PrismaClient())`, 'process rewrite VALUE_CLIENT', 7],
  ['a member', `const users = new PrismaClient().user\nusers`, 'process rewrite VALUE_CLIENT', 15],
  [
    'a query that is returned',
    `const f = () => new PrismaClient().user.count()`,
    'call rewrite VALUE_CLIENT',
    17,
  ],
  [
    'a default parameter',
    `const f = (p = new PrismaClient()) => p.user`,
    'call rewrite VALUE_CLIENT',
    16,
  ],
  [
    'a client that nothing uses',
    `const p = new PrismaClient()`,
    'process rewrite UNUSED_CLIENT',
    11,
  ],
  ['a factory', `const make = () => new PrismaClient()`, 'call keep FACTORY', 20],
  [
    'a factory with more to do',
    `function make() { const p = new PrismaClient(); p.$connect(); return p }`,
    'call keep FACTORY',
    29,
  ],
  [
    'a condition',
    `const p = env ? new PrismaClient() : other`,
    'process keep CONDITIONAL_CLIENT',
    17,
  ],
  [
    'another value',
    `let p = new PrismaClient()\np = other\np.user`,
    'process review REASSIGNED',
    9,
  ],
  [
    'a variable that a function assigns',
    `let p\nconst f = () => { p = new PrismaClient() }\np.user`,
    'process review LAZY_GETTER',
    23,
    3,
  ],
  [
    'a using declaration',
    `{ await using p = new PrismaClient(); p.user }`,
    'process review USING_DECLARATION',
    19,
  ],
  [
    'listeners',
    `const p = new PrismaClient()\np.$on('query', log)`,
    'process review LISTENERS',
    11,
  ],
  [
    'an extension',
    `const p = new PrismaClient().$extends({})\np.user`,
    'process review EXTENDED_CLIENT',
    11,
  ],
  [
    'no options in braces',
    `const p = new PrismaClient({})\np.user`,
    'process rewrite MODULE_CLIENT',
    11,
  ],
  [
    'log options',
    `const p = new PrismaClient({ log: ['query'] })\np.user`,
    'process review LOG_OPTIONS',
    11,
  ],
  [
    'a database of its own',
    `const p = new PrismaClient({ datasourceUrl: url })\np.user`,
    'process review DATASOURCE_OPTIONS',
    11,
  ],
  [
    'an adapter',
    `const p = new PrismaClient({ log: [], adapter })\np.user`,
    'process review ADAPTER_OPTIONS',
    11,
  ],
  [
    'other options',
    `const p = new PrismaClient({ omit: {} })\np.user`,
    'process review CUSTOM_OPTIONS',
    11,
  ],
  [
    'options that cannot be read',
    `const p = new PrismaClient({ ...options })\np.user`,
    'process review OPAQUE_OPTIONS',
    11,
  ],
].map(([name, text, verdict, column, line = 2]) => ({
  name: String(name),
  text: `${IMPORT}${text}`,
  sites: [`new ${line}:${column} named library ${verdict}`],
}))

const PLACES: readonly (readonly [path: string, site: string])[] = [
  ['app/api/users/route.ts', 'api-route process rewrite MODULE_CLIENT'],
  ['pages/api/users.ts', 'api-route process rewrite MODULE_CLIENT'],
  ['src/routes/users/+server.ts', 'api-route process rewrite MODULE_CLIENT'],
  ['app/users/page.tsx', 'page process rewrite MODULE_CLIENT'],
  ['src/routes/+page.server.ts', 'page process rewrite MODULE_CLIENT'],
  ['app/api/auth/[...nextauth]/route.ts', 'auth-handler process rewrite MODULE_CLIENT'],
  ['app/api/webhooks/stripe/route.ts', 'webhook process rewrite MODULE_CLIENT'],
  ['middleware.ts', 'middleware process rewrite MODULE_CLIENT'],
  ['src/workers/mail.ts', 'worker process rewrite MODULE_CLIENT'],
  ['src/cron/clean.ts', 'worker process rewrite MODULE_CLIENT'],
  ['scripts/count.ts', 'script run rewrite MODULE_CLIENT'],
  ['prisma/seed.ts', 'seed run rewrite MODULE_CLIENT'],
  ['src/controllers/users.ts', 'api-route process rewrite MODULE_CLIENT'],
  ['src/services/users.ts', 'server process rewrite MODULE_CLIENT'],
  ['src/users.test.ts', 'test run keep TEST_CLIENT'],
  ['test/helpers/client.ts', 'test run keep TEST_CLIENT'],
  ['e2e/seed.ts', 'test run keep TEST_CLIENT'],
  ['src/users.stories.ts', 'test run keep TEST_CLIENT'],
  ['templates/app/users.ts', 'template process keep TEMPLATE_FILE'],
  ['src/users.vue', 'library process review UNSUPPORTED_FILE'],
]

describe('analyzeModule', () => {
  it.each(BINDINGS)('finds $name', ({ text, sites }) => {
    expect(foundSites(text)).toEqual(sites)
  })

  it.each(CLASSES)('finds $name', ({ text, sites }) => {
    expect(foundSites(text)).toEqual(sites)
  })

  it('finds clients at the place where the text has them, past characters of two units', () => {
    const text = `${IMPORT}const a = '👩‍👩‍👧', prisma = new PrismaClient()\nprisma.user`

    expect(foundSites(text)).toEqual([`new 2:32 named ${MODULE}`])
  })
})

describe('decide', () => {
  it.each(DECISIONS)('tells $name', ({ text, sites }) => {
    expect(foundSites(text)).toEqual(sites)
  })

  it.each(PLACES)('tells a client of %s', (path, site) => {
    const text = `${IMPORT}const prisma = new PrismaClient()\nprisma.user`

    expect(foundSites(text, path)).toEqual([`new 2:16 named ${site}`])
  })

  it('keeps clients at the edge', () => {
    const imported = `import { PrismaClient } from '@prisma/client/edge'\nconst p = new PrismaClient()\np.user`
    const declared = `${IMPORT}export const config = { runtime: 'edge' }\nconst p = new PrismaClient()\np.user`

    expect(foundSites(imported)).toEqual(['new 2:11 named library process keep EDGE_CLIENT'])
    expect(foundSites(declared)).toEqual(['new 3:11 named edge process keep EDGE_CLIENT'])
  })

  it('keeps the client of another schema', () => {
    const text = `import { PrismaClient } from './generated/billing'\nconst p = new PrismaClient()\np.user`

    expect(foundSites(text)).toEqual(['new 2:11 named library process keep OTHER_CLIENT'])
  })

  it('keeps an exported client that others import, and copies it where nobody does', () => {
    const text = `${IMPORT}export const prisma = new PrismaClient()`

    expect(foundSites(text, 'src/users.ts', true)).toEqual([
      'new 2:23 named library process keep SHARED_MODULE',
    ])
    expect(foundSites(text, 'src/users.ts', false)).toEqual([
      'new 2:23 named library process rewrite EXPORTED_COPY',
    ])
  })

  it('keeps what sharePrisma makes', () => {
    const text = `import { sharePrisma } from '@oneprisma/client'\n${IMPORT}export const prisma = sharePrisma(() => new PrismaClient())`

    expect(foundSites(text)).toEqual(['new 3:41 named library call keep ALREADY_SHARED'])
  })
})
