import type { Generator, Package } from '../project/project.ts'

/** How a driver adapter is imported and built. */
export interface Adapter {
  readonly package: string
  /** The class, by the name that it has in this major of Prisma. */
  readonly className: string
  /** Its arguments, where `url` is the connection string. */
  readonly arguments: string
  /** Whether `@oneprisma/client/pg` has settings for its pool. */
  readonly hasPgPool: boolean
}

export type AdapterChoice =
  | { readonly kind: 'adapter'; readonly adapter: Adapter }
  /** Prisma's own engine connects. */
  | { readonly kind: 'engine' }
  /** This Prisma needs an adapter for Node.js, and there is none that would fit. */
  | { readonly kind: 'missing'; readonly provider: string | undefined }

interface AdapterFacts {
  readonly name: string
  readonly providers: readonly string[]
  readonly className: string
  /** What Prisma 6 calls the class, where that differs. */
  readonly classNameIn6?: string
  readonly arguments: string
}

// The first of a provider is the one to install where none is. Adapters that only run on the edge
// (D1, `@prisma/adapter-ppg`) are left out: a shared client lives in Node.js.
const ADAPTERS: readonly AdapterFacts[] = [
  {
    name: '@prisma/adapter-pg',
    providers: ['postgresql', 'postgres', 'cockroachdb'],
    className: 'PrismaPg',
    // As `pgPool` has them; without the first, pg waits for ever.
    arguments: '{ connectionString: url, connectionTimeoutMillis: 10_000, allowExitOnIdle: true }',
  },
  {
    name: '@prisma/adapter-neon',
    providers: ['postgresql', 'postgres'],
    className: 'PrismaNeon',
    arguments: '{ connectionString: url }',
  },
  {
    name: '@prisma/adapter-mariadb',
    providers: ['mysql'],
    className: 'PrismaMariaDb',
    arguments: 'url',
  },
  {
    name: '@prisma/adapter-planetscale',
    providers: ['mysql'],
    className: 'PrismaPlanetScale',
    arguments: '{ url }',
  },
  {
    name: '@prisma/adapter-better-sqlite3',
    providers: ['sqlite'],
    className: 'PrismaBetterSqlite3',
    classNameIn6: 'PrismaBetterSQLite3',
    arguments: '{ url }',
  },
  {
    name: '@prisma/adapter-libsql',
    providers: ['sqlite'],
    className: 'PrismaLibSql',
    classNameIn6: 'PrismaLibSQL',
    arguments: '{ url, authToken: process.env.TURSO_AUTH_TOKEN }',
  },
  {
    name: '@prisma/adapter-mssql',
    providers: ['sqlserver'],
    className: 'PrismaMssql',
    arguments: 'url',
  },
]

/** Chooses the driver adapter of a package: the one that it depends on, or the usual one where Prisma needs one. */
export function chooseAdapter(
  { dependencies, prismaMajor = 7 }: Package,
  generator: Generator | undefined,
): AdapterChoice {
  const provider = generator?.datasource?.provider
  const fitting = ADAPTERS.filter(
    ({ providers }) => provider === undefined || providers.includes(provider),
  )
  const installed = fitting.find(({ name }) => name in dependencies)
  if (installed !== undefined) return chosen(installed, prismaMajor)
  if (prismaMajor < 7 && generator?.engineType !== 'client') return { kind: 'engine' }

  const [usual] = provider === undefined ? [] : fitting
  return usual === undefined ? { kind: 'missing', provider } : chosen(usual, prismaMajor)
}

function chosen(facts: AdapterFacts, prismaMajor: number): AdapterChoice {
  const { name, className, classNameIn6 = className } = facts
  return {
    kind: 'adapter',
    adapter: {
      package: name,
      className: prismaMajor < 7 ? classNameIn6 : className,
      arguments: facts.arguments,
      hasPgPool: name === '@prisma/adapter-pg',
    },
  }
}
