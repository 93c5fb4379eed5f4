// What is used of Prisma's driver adapters, whose interfaces are documented in
// `@prisma/driver-adapter-utils`. Members with a question mark are not there in every adapter.
export interface Queryable {
  readonly provider: unknown
  readonly adapterName: unknown
  queryRaw(query: Query): Promise<unknown>
  executeRaw(query: Query): Promise<unknown>
}

export interface Query {
  readonly sql: string
  readonly args: readonly unknown[]
  readonly argTypes: readonly unknown[]
}

export interface Transaction extends Queryable {
  readonly options: { readonly usePhantomQuery: boolean }
  commit(): Promise<void>
  rollback(): Promise<void>
  createSavepoint?(name: string): Promise<void>
  rollbackToSavepoint?(name: string): Promise<void>
  releaseSavepoint?(name: string): Promise<void>
}

export interface Adapter extends Queryable {
  executeScript(script: string): Promise<void>
  startTransaction(isolationLevel?: unknown): Promise<Transaction>
  dispose(): Promise<void>
  getConnectionInfo?(): unknown
  underlyingDriver?(): object
  /** Of adapter-pg, not documented: what it was given. */
  readonly pgOptions?: unknown
}

export interface AdapterFactory {
  readonly provider: unknown
  readonly adapterName: unknown
  connect(): Promise<Adapter>
  connectToShadowDb?(): Promise<Adapter>
}

/** The members of these names that the original has, as functions that need no `this`. */
export function bound<Original extends object, Name extends keyof Original & string>(
  original: Original,
  names: readonly Name[],
): Partial<Pick<Original, Name>> {
  const members: Partial<Pick<Original, Name>> = {}
  for (const name of names) {
    const member = original[name]
    if (typeof member === 'function') members[name] = member.bind(original)
  }
  return members
}
