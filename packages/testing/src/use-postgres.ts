import { startPostgres, type StartPostgresOptions } from './start-postgres.ts'

/** A Postgres to use: one's own, or the one that `DATABASE_URL` names. */
export interface UsedPostgres {
  readonly url: string
  /** Whether it was started for this process, and is therefore free to be filled and emptied. */
  readonly isEmbedded: boolean
  /** Of an embedded server: lets it run on when this process has ended, for so many milliseconds. */
  readonly linger: (ms: number) => Promise<void>
  /** Stops an embedded server; leaves any other alone. */
  readonly stop: () => Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Returns the database that `DATABASE_URL` names, untouched, or starts an embedded one where the
 * variable is not set.
 */
export async function usePostgres(options: StartPostgresOptions = {}): Promise<UsedPostgres> {
  const given = process.env['DATABASE_URL']
  if (given) {
    const leave = async (): Promise<void> => {}
    return {
      url: given,
      isEmbedded: false,
      linger: leave,
      stop: leave,
      [Symbol.asyncDispose]: leave,
    }
  }

  const { url, linger, stop } = await startPostgres(options)
  return { url, isEmbedded: true, linger, stop, [Symbol.asyncDispose]: stop }
}
