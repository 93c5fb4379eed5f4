import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { main } from '../src/main.ts'
import type { World } from '../src/world.ts'
import { BROKEN, HEALTHY } from './doctor-apps.ts'
import { NOW } from './doctor-run.ts'
import { plant, type Tree } from './project-fixture.ts'

/** All that a command prints, by whatever way. */
async function printed(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const texts: string[] = []
  const print = (text: string): void => void texts.push(text)
  const world: World = {
    cwd: root,
    version: '0.0.0',
    out: print,
    err: print,
    hasColours: false,
    canAsk: false,
    columns: undefined,
    env,
    now: () => NOW,
    sleep: async () => {},
    onEnd: () => () => {},
    screen: undefined,
  }
  await main(['doctor', ...args], world)
  return texts.join('')
}

/** An app whose pool gets the connection string as it is, so that much is said of it. */
const READING: Tree = { ...BROKEN.URL_PARAMETER_IGNORED.broken, '.env.example': '' }

const FORMATS: readonly (readonly string[])[] = [[], ['--json'], ['--sarif']]

/** A connection string of which every part can be told from all other text. */
interface Secrets {
  readonly url: string
  readonly parts: readonly string[]
}

const word = (prefix: string): fc.Arbitrary<string> =>
  fc.stringMatching(/^[a-z0-9]{10}$/).map((text) => `${prefix}${text}`)

const QUERIES = [
  '',
  '?schema=SECRET',
  '?connection_limit=5&pool_timeout=3',
  '?pgbouncer=true&connection_limit=1',
  '?sslmode=require',
  '?sslmode=no-verify',
  '?sslaccept=accept_invalid_certs&sslidentity=SECRET&sslpassword=SECRET',
  '?application_name=SECRET&options=SECRET',
  '?password=SECRET&user=SECRET',
  '?host=/tmp/SECRET',
  '#SECRET',
]

const secrets: fc.Arbitrary<Secrets> = fc
  .record({
    scheme: fc.constantFrom('postgresql', 'postgres', 'prisma+postgres', 'prisma', 'mysql'),
    user: word('us'),
    password: word('pw').chain((text) =>
      fc.constantFrom(text, `${text}%40x`, `${text}@x`, `a:${text}`),
    ),
    host: word('ho'),
    suffix: fc.constantFrom('.example.com:5432', '-pooler.example.com', '.example.com:6543', ''),
    database: word('db'),
    query: fc.constantFrom(...QUERIES),
    other: word('qu'),
  })
  .map(({ scheme, user, password, host, suffix, database, query, other }) => ({
    url: `${scheme}://${user}:${password}@${host}${suffix}/${database}${query.replaceAll('SECRET', other)}`,
    parts: [user, password, host, database, other],
  }))

const ADAPTER = `import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../generated/prisma/client'
`

/** Places of a repository where people leave connection strings. */
const PLACES: Readonly<Record<string, (url: string) => Tree>> = {
  '.env': (url) => ({ '.env': `DATABASE_URL="${url}"\nDIRECT_URL=${url}\n` }),
  '.env.example': (url) => ({ '.env.example': `DATABASE_URL=${url}\n` }),
  '.env.production': (url) => ({ '.env.production': `export DATABASE_URL='${url}' # ${url}\n` }),
  '.env of a folder with a schema': (url) => ({
    'prisma/.env': `DATABASE_URL=${url}\nDEBUG=*,${url}\n`,
  }),
  'an env file with odd lines': (url) => ({ '.env': `DATABASE_URL = ${url}\n=${url}\n${url}\n` }),
  'a compose file': (url) => ({
    'docker-compose.yml': `services:\n  app:\n    environment:\n      - DATABASE_URL=${url}\n`,
  }),
  'a Dockerfile': (url) => ({
    Dockerfile: `FROM node:18\nENV DATABASE_URL=${url}\nRUN DATABASE_URL=${url} npm i prisma\n`,
  }),
  'a script of package.json': (url) => ({
    'package.json': {
      name: 'shop',
      scripts: {
        start: `DATABASE_URL=${url} DEBUG=prisma* NODE_TLS_REJECT_UNAUTHORIZED=0 node server.js`,
        setup: `npm i prisma && DATABASE_URL=${url} npx prisma@latest db push`,
      },
      dependencies: { '@prisma/client': `git+https://x:${url}` },
      devDependencies: { prisma: `https://${url}` },
    },
  }),
  'a workflow': (url) => ({
    '.github/workflows/ci.yml': `env:\n  DATABASE_URL: ${url}\njobs:\n  - run: DATABASE_URL=${url} npm i prisma\n`,
  }),
  'a literal in the code': (url) => ({
    'lib/prisma.ts': `${ADAPTER}export const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: '${url}', ssl: {} }) })\n`,
  }),
  'a template in the code': (url) => ({
    'lib/prisma.ts': `${ADAPTER}export const prisma = new PrismaClient({ adapter: new PrismaPg(\`${url}\${process.env.X}\`, { statementNameGenerator: () => '${url}' }) })\n`,
  }),
  'a log and a raw query': (url) => ({
    'lib/log.ts': `import { prisma } from './prisma'\nprisma.$on('query', (event) => console.log('${url}', event.params))\nprisma.$executeRawUnsafe("SET app.url = '${url}'")\n`,
    '.env': `DATABASE_URL=${url}?pgbouncer=true\n`,
  }),
  'a schema': (url) => ({
    'prisma/schema.prisma': `generator client {\n  provider = "prisma-client-js"\n}\n\ndatasource db {\n  provider = "postgresql"\n  url = "${url}"\n}\n`,
    'prisma/migrations/1_init/migration.sql': '',
  }),
  'a configuration of Prisma': (url) => ({
    'prisma.config.ts': `export default { datasource: { url: '${url}' ?? process.env.DATABASE_URL } }\n`,
    '.env': `DATABASE_URL=${url}\n`,
  }),
  'a program that is broken': (url) => ({
    'lib/broken.ts': `${ADAPTER}const a = '${url}\nconst '${url}' = new PrismaClient(\n`,
  }),
}

describe('doctor', () => {
  it.each(Object.entries(PLACES))(
    'prints nothing of a connection string in %s',
    async (_, place) => {
      await fc.assert(
        fc.asyncProperty(secrets, async ({ url, parts }) => {
          const root = plant({ ...READING, ...place(url) })

          const texts = await Promise.all(FORMATS.map((format) => printed(root, format)))

          for (const text of texts) {
            expect(text.length).toBeGreaterThan(0)
            expect(parts.filter((part) => text.includes(part))).toEqual([])
          }
        }),
        { numRuns: 12 },
      )
    },
  )

  it.each(Object.entries(BROKEN))('prints no secret of the app with %s', async (_, { broken }) => {
    const root = plant(broken)

    const texts = await Promise.all(FORMATS.map((format) => printed(root, format)))

    expect(texts.filter((text) => text.includes('secret'))).toEqual([])
    expect(texts.filter((text) => /\w+:\/\/[^\s/@]*@/.test(text))).toEqual([])
  })

  const URL = 'postgresql://userzz:passwzz@hostzz.invalid:5432/dbzz?schema=quzz'

  it.each<[what: string, args: readonly string[]]>([
    ['in place of the folder', [URL]],
    ['beside the folder', ['.', URL]],
    ['as the root', ['--root', URL]],
    ['in place of the name of a variable', ['--live', '--url-env', URL]],
    ['in place of the name of another', ['--live', '--direct-url-env', URL]],
    ['behind an equals sign', ['--live', `--url-env=${URL}`]],
    ['in place of a file', ['--live', '--env-from', URL]],
    ['behind a flag that there is not', [`--url=${URL}`]],
    ['in place of a severity', ['--fail-on', URL]],
    ['in place of a number', ['--live', '--instances', URL]],
  ])('repeats no connection string that is given %s', async (_, args) => {
    const text = await printed(plant(HEALTHY), args)

    expect(text).toMatch(/^USAGE: /)
    expect(text).not.toMatch(/zz/)
  })

  it('prints no connection string that it asks the server by', async () => {
    const root = plant({ ...HEALTHY, '.env': `DATABASE_URL=${URL}\n` })
    const urls = { DATABASE_URL: URL.replace('hostzz.invalid', '127.0.0.1').replace('5432', '1') }

    const texts = await Promise.all([
      printed(root, ['--live', '--url-env', 'MISSING_URL'], urls),
      printed(root, ['--live', '--direct-url-env', 'MISSING_URL'], urls),
      printed(root, ['--live'], urls),
      printed(root, ['--live', '--json'], urls),
      printed(root, ['--live', '--sarif'], { DATABASE_URL: `not a url ${URL}` }),
      printed(root, ['--live', '--json'], { DATABASE_URL: URL.replace('passwzz', 'p@sswzz') }),
    ])

    expect(texts[0]).toMatch(/^URL_MISSING: /)
    expect(texts[2]).toContain('Asking the server that DATABASE_URL names')
    expect(texts.filter((text) => text.includes('sswzz'))).toEqual([])
  })
})
