/** What the code of a repository says of its database, for checks that ask the server. */
export interface ServerFacts {
  /** Every pool that the code makes, outside of tests. */
  readonly pools: readonly PoolFact[]
  /** Columns that NextAuth's adapter looks up by, and that have to have an index. */
  readonly authLookups: readonly AuthLookup[]
}

export interface PoolFact {
  readonly path: string
  /** From 1. */
  readonly line: number
  /** undefined where the code does not say, so that the driver's 10 hold. */
  readonly max: number | undefined
}

/** A table and the columns by which NextAuth looks up its rows, as they are named in the database. */
export interface AuthLookup {
  readonly model: string
  readonly table: string
  readonly columns: readonly string[]
}
