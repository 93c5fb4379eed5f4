import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { inject } from 'vitest'

/** A row that is written and read. */
export interface User {
  readonly id: number
  readonly email: string
}

interface Delegate<Row> {
  create(args: { data: object }): PromiseLike<Row>
  findMany(args?: object): PromiseLike<Row[]>
  count(): PromiseLike<number>
  deleteMany(): PromiseLike<unknown>
}

/** What the tests use of the client that is generated for the application. */
export interface AppClient {
  readonly user: Delegate<User>
  readonly post: Delegate<{ readonly title: string }>
  $transaction<Result>(
    run: (tx: AppClient) => Promise<Result>,
    options?: { timeout?: number },
  ): Promise<Result>
  $transaction(operations: ReadonlyArray<PromiseLike<unknown>>): Promise<unknown[]>
  $queryRawUnsafe(sql: string): PromiseLike<unknown>
  $executeRawUnsafe(sql: string): PromiseLike<number>
  $disconnect(): Promise<void>
}

/** The folder of the application. */
export const app: string = inject('app')

/** Evaluates the shared module of the application anew, as a test runner does for every file. */
export function loadPrisma(file = 'prisma.js'): AppClient {
  const require = createRequire(import.meta.url)
  const path = realpathSync(join(app, 'lib', file))
  // oxlint-disable-next-line no-dynamic-delete
  delete require.cache[path]
  // Its model and fields are those of `test/app/prisma/schema.prisma`.
  return (require(path) as { prisma: AppClient }).prisma
}
