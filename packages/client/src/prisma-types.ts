/** The client behind a handle: what the callback of `sharePrisma` returned. */
export type InferClient<Shared extends object> = Shared

/** The client that an interactive transaction gets: `prisma.$transaction(async (tx) => ...)`. */
export type InferTransaction<Shared extends object> = Shared extends {
  $transaction: (run: (tx: infer Transaction) => never, ...rest: never[]) => unknown
}
  ? Transaction
  : never

/** Either of both, for functions that work inside and outside of a transaction. */
export type InferClientOrTransaction<Shared extends object> =
  | InferClient<Shared>
  | InferTransaction<Shared>
