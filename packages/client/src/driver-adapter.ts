// What is used of Prisma's driver adapters, whose interfaces are documented in
// `@prisma/driver-adapter-utils`. Members with a question mark are not there in every adapter.
export interface Queryable {
  readonly provider: unknown
  readonly adapterName: unknown
  queryRaw(query: unknown): Promise<unknown>
  executeRaw(query: unknown): Promise<unknown>
}

export interface Transaction extends Queryable {
  readonly options: unknown
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
  /** Of adapter-pg, not documented: what it was given. Tests run on every version. */
  readonly pgOptions?: unknown
}

export interface AdapterFactory {
  readonly provider: unknown
  readonly adapterName: unknown
  connect(): Promise<Adapter>
  connectToShadowDb?(): Promise<Adapter>
}

/**
 * The members of these names that the original has, as functions that need no `this`.
 *
 * @internal
 */
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

/**
 * The members of an adapter that are no functions, for one that wraps it.
 *
 * @internal
 */
export function carriedOver({ pgOptions }: Adapter): Pick<Adapter, 'pgOptions'> {
  return pgOptions === undefined ? {} : { pgOptions }
}

/**
 * Whether an adapter has statements prepared, each under a name: their texts must not differ then.
 *
 * @internal
 */
export function preparesStatements({ pgOptions }: Adapter): boolean {
  return (
    typeof pgOptions === 'object' &&
    pgOptions !== null &&
    typeof Reflect.get(pgOptions, 'statementNameGenerator') === 'function'
  )
}

/**
 * Tells a driver adapter, such as `new PrismaPg()`, from anything else.
 *
 * @internal
 */
export function isAdapterFactory(value: object): value is object & AdapterFactory {
  return 'adapterName' in value && 'connect' in value && typeof value.connect === 'function'
}
