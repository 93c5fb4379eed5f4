export { pgPool } from './pg-pool.ts'
export type { PgPool, PgPoolConfig, PgPoolOptions } from './pg-pool.ts'
export type { PgServer } from './pg-server.ts'
