import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isOnePrismaError } from '../src/index.ts'
import { pgPool } from '../src/pg.ts'

const URL = 'postgres://user:p%40ss@db.example:5432/shop'

beforeEach(() => {
  for (const name of ['VITEST', 'JEST_WORKER_ID']) vi.stubEnv(name, '')
})
afterEach(() => void vi.unstubAllEnvs())

describe('pgPool', () => {
  it('bounds every wait by default', () => {
    const { config, options, transactionOptions } = pgPool(URL, { applicationName: 'shop' })

    expect(config).toEqual({
      connectionString: URL,
      max: 10,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 60_000,
      maxLifetimeSeconds: 1_800,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      allowExitOnIdle: true,
      application_name: 'shop',
      verify: expect.any(Function),
    })
    expect(options).toEqual({})
    expect(transactionOptions).toEqual({ maxWait: 10_000 })
  })

  it('takes what the options say, in milliseconds', () => {
    const { config, transactionOptions } = pgPool(URL, {
      max: 4,
      acquireTimeoutMs: 2_500,
      idleTimeoutMs: 1_000,
      maxLifetimeMs: 90_500,
      keepAliveInitialDelayMs: 5_000,
      statementTimeoutMs: 30_000,
      queryTimeoutMs: 35_000,
    })

    expect(config).toMatchObject({
      max: 4,
      connectionTimeoutMillis: 2_500,
      idleTimeoutMillis: 1_000,
      maxLifetimeSeconds: 90.5,
      keepAliveInitialDelayMillis: 5_000,
      statement_timeout: 30_000,
      query_timeout: 35_000,
    })
    expect(transactionOptions).toEqual({ maxWait: 2_500 })
  })

  it.each([
    ['a server', {}, 10],
    ['a serverless function', { AWS_LAMBDA_FUNCTION_NAME: 'f' }, 3],
    ['a test', { VITEST: 'true' }, 2],
    ['a build', { NEXT_PHASE: 'phase-production-build' }, 2],
  ])('sizes the pool for %s', (_, env, max) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)

    expect(pgPool(URL).config.max).toBe(max)
  })

  it.each([
    ['connection_limit=7', { max: 7 }],
    ['pool_timeout=3', { connectionTimeoutMillis: 3_000 }],
    ['connect_timeout=4', { connectionTimeoutMillis: 4_000 }],
    ['pool_timeout=3&connect_timeout=4', { connectionTimeoutMillis: 4_000 }],
    ['max_idle_connection_lifetime=5', { idleTimeoutMillis: 5_000 }],
    ['max_connection_lifetime=60', { maxLifetimeSeconds: 60 }],
    ['socket_timeout=6', { statement_timeout: 6_000 }],
    ['application_name=mine', { application_name: 'mine' }],
    ['pgbouncer=true', { verify: undefined }],
    ['statement_cache_size=0', { verify: undefined }],
    ['pgbouncer=true&statement_cache_size=500', { verify: undefined }],
    ['statement_cache_size=500', { verify: expect.any(Function) }],
  ])('translates what only Prisma 6 understood: %s', (query, expected) => {
    const { config } = pgPool(`${URL}?${query}`)

    expect({ verify: undefined, ...config }).toMatchObject({ ...expected, connectionString: URL })
  })

  it.each([
    ['is asked not to', URL, { preparedStatements: 'never' }, 'undefined'],
    ['is told of a pooler', `${URL}?pgbouncer=true`, {}, 'undefined'],
    ['is told otherwise', `${URL}?pgbouncer=true`, { preparedStatements: 'always' }, 'function'],
  ] as const)('sets up new connections or leaves them, where it %s', (_, url, options, type) => {
    const { verify } = pgPool(url, options).config

    expect(typeof verify).toBe(type)
  })

  it('hands the schema to the adapter, which names it in every query', () => {
    expect(pgPool(`${URL}?schema=tenant`)).toMatchObject({
      config: { connectionString: URL },
      options: { schema: 'tenant' },
    })
  })

  it.each([
    ['sslmode=require&sslrootcert=ca.pem', 'sslmode=require&sslrootcert=ca.pem'],
    ['sslaccept=accept_invalid_certs', 'sslmode=no-verify'],
    ['sslaccept=strict', 'sslmode=verify-full'],
    ['sslmode=disable&sslaccept=strict', 'sslmode=disable'],
    ['options=-c%20geqo%3Doff', 'options=-c+geqo%3Doff'],
  ])('leaves to pg what pg understands: %s', (query, rest) => {
    expect(pgPool(`${URL}?${query}`).config.connectionString).toBe(`${URL}?${rest}`)
  })

  it('prefers an option to the connection string', () => {
    const { config } = pgPool(`${URL}?connection_limit=7`, { max: 3 })

    expect(config.max).toBe(3)
    expect(pgPool(`${URL}?connection_limit=7`, { max: undefined as never }).config.max).toBe(7)
  })

  it.each([
    ['connection_limit=0', 'connection_limit'],
    ['connection_limit=-1', 'connection_limit'],
    ['connection_limit=ten', 'connection_limit'],
    ['pool_timeout=0', 'pool_timeout'],
    ['connect_timeout=0', 'connect_timeout'],
    ['statement_cache_size=many', 'statement_cache_size'],
    ['sslidentity=id.p12', 'sslidentity'],
    ['sslpassword=secret', 'sslpassword'],
    ['sslaccept=maybe', 'sslaccept'],
    ['single_use_connections=true', 'single_use_connections'],
    ['pgbouncer=true&socket_timeout=5', 'socket_timeout'],
  ])('refuses by name what it cannot translate: %s', (query, name) => {
    const error = errorOf(() => pgPool(`${URL}?${query}`))

    expect(error).toMatchObject({ code: 'URL_PARAMETER_UNSUPPORTED' })
    expect(error.message).toContain(`"${name}"`)
    expect(error.message).not.toMatch(/secret|p%40ss|db\.example/)
  })

  it('refuses a timeout of the server that PgBouncer would refuse', () => {
    const url = `${URL}?pgbouncer=true`

    expect(errorOf(() => pgPool(url, { statementTimeoutMs: 5_000 }))).toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('Set statement_timeout on the role instead.'),
    })
    expect(pgPool(url, { queryTimeoutMs: 5_000 }).config.query_timeout).toBe(5_000)
  })

  it.each([
    ['undefined', undefined],
    ['empty', ''],
    ['empty', '   '],
  ])('says that the connection string is %s, and what to set', (said, value) => {
    const error = errorOf(() => pgPool(value))

    expect(error).toMatchObject({ code: 'CONNECTION_STRING_MISSING' })
    expect(error.message).toContain(`is ${said}. Set DATABASE_URL`)
  })

  it.each([
    ['another scheme', 'mysql://root:hunter2@db/shop'],
    ['no scheme', 'user:hunter2@db:5432/shop'],
    ['an unescaped password', 'postgres://user:hunter2#/?@db:5432/shop'],
    ['a port that is none', 'postgres://user:hunter2@db:port/shop'],
    ['Accelerate', 'prisma+postgres://accelerate.example/?api_key=hunter2'],
  ])('refuses a malformed connection string without showing it: %s', (_, url) => {
    const error = errorOf(() => pgPool(url))

    expect(error).toMatchObject({ code: 'CONNECTION_STRING_INVALID' })
    expect(error.message).not.toMatch(/hunter2|db/)
    expect(error.message).toContain('postgres://')
  })

  it.each([
    ['a socket', 'postgres:///shop?host=/var/run/postgresql'],
    ['credentials and a socket', 'postgres://user:pass@/shop?host=/var/run/postgresql'],
    ['an IPv6 host', 'postgresql://user@[::1]:5432/shop'],
    ['a blank around it', ' postgres://localhost/shop '],
  ])('accepts %s', (_, url) => {
    expect(pgPool(url).config.connectionString).toMatch(/^postgres(ql)?:\/\//)
  })

  it.each([
    ['max', { max: 0 }],
    ['max', { max: 2.5 }],
    ['acquireTimeoutMs', { acquireTimeoutMs: 0 }],
    ['idleTimeoutMs', { idleTimeoutMs: 0 }],
    ['maxLifetimeMs', { maxLifetimeMs: Number.POSITIVE_INFINITY }],
    ['statementTimeoutMs', { statementTimeoutMs: '5s' as never }],
    ['preparedStatements', { preparedStatements: 'sometimes' as never }],
    ['maxPreparedStatements', { maxPreparedStatements: 0 }],
    ['preparedInTransactions', { preparedInTransactions: 'yes' as never }],
    ['app', { app: '' }],
    ['release', { release: 7 as never }],
    ['applicationName', { applicationName: '' }],
  ])('refuses an option that would mean no bound, or nothing: %s', (option, options) => {
    expect(errorOf(() => pgPool(URL, options))).toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(`\`${option}\``),
    })
  })
})

describe('a password that is asked for', () => {
  const password = async () => 'rotated'

  it('takes the place of the one in the connection string, which is taken apart', () => {
    const { config } = pgPool(
      'postgresql://us%40er:old@db.example:6543/da%2Fta?sslmode=no-verify',
      {
        password,
      },
    )

    expect(config).toMatchObject({
      host: 'db.example',
      port: 6543,
      user: 'us@er',
      database: 'da/ta',
      ssl: { rejectUnauthorized: false },
      password,
    })
    expect(config).not.toHaveProperty('connectionString')
    expect(JSON.stringify(config)).not.toContain('old')
  })

  it.each([
    ['disable', false],
    ['require', true],
    ['verify-full', true],
  ])('knows sslmode=%s', (mode, ssl) => {
    expect(pgPool(`postgres://h/d?sslmode=${mode}`, { password }).config.ssl).toBe(ssl)
  })

  it('leaves out what the connection string does not say, so that the environment is asked', () => {
    const { config } = pgPool('postgres:///d?host=/tmp/socket&options=-c%20a%3Db', { password })

    expect(config).toMatchObject({ host: '/tmp/socket', database: 'd', options: '-c a=b' })
    expect(config).not.toHaveProperty('port')
    expect(config).not.toHaveProperty('user')
    expect(config).not.toHaveProperty('ssl')
  })

  it.each(['sslrootcert=/a', 'sslmode=allow', 'uselibpqcompat=true'])(
    'refuses %s, which pg reads out of a connection string only',
    (parameter) => {
      const [name = ''] = parameter.split('=')

      expect(() => pgPool(`postgres://h/d?${parameter}`, { password })).toThrow(
        expect.objectContaining({
          code: 'URL_PARAMETER_UNSUPPORTED',
          message: expect.stringContaining(`"${name}"`),
        }),
      )
    },
  )

  it('is not shown where it is no function', () => {
    // As a user without types would write it.
    const wrong = { password: 'secret' } as unknown as { password: () => string }

    expect(() => pgPool('postgres://h/d', wrong)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.not.stringContaining('secret'),
      }),
    )
  })
})

describe('the application name', () => {
  it('says app, release and process', () => {
    const { config } = pgPool(URL, { app: 'shop', release: '1.4.0' })

    expect(config.application_name).toBe(`shop@1.4.0#${process.pid}`)
  })

  it('shortens a commit, and cuts the app to fit into 63 bytes', () => {
    const { config } = pgPool(URL, { app: 'a'.repeat(80), release: '0123456789'.repeat(4) })

    expect(config.application_name).toHaveLength(63)
    expect(config.application_name).toMatch(new RegExp(`^a+@0123456#${process.pid}$`))
  })

  it('takes both from the environment, and replaces what Postgres would', () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'Löschen & Co')
    vi.stubEnv('VERCEL_GIT_COMMIT_SHA', 'abcdef0123456789abcdef0123456789abcdef01')

    expect(pgPool(URL).config.application_name).toBe(`L_schen_&_Co@abcdef0#${process.pid}`)
  })

  it('does without a release', () => {
    vi.stubEnv('npm_package_name', '')
    vi.stubEnv('npm_package_version', '')

    expect(pgPool(URL).config.application_name).toBe(`app#${process.pid}`)
  })
})

function errorOf(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    if (isOnePrismaError(error)) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}
