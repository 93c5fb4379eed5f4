import { pathToFileURL } from 'node:url'
import { join } from 'node:path'

/** The part of the generated client that is measured. */
export interface Client {
  readonly user: {
    findUnique(args: { where: { id: number } }): Promise<unknown>
    findMany(args: object): Promise<unknown[]>
    create(args: { data: { email: string } }): Promise<unknown>
    update(args: { where: { id: number }; data: { email: string } }): Promise<unknown>
    deleteMany(args: object): Promise<unknown>
  }
  $transaction<Result>(run: (tx: Client) => Promise<Result>): Promise<Result>
  $queryRawUnsafe(sql: string): Promise<unknown>
  $disconnect(): Promise<void>
}

export type ClientClass = new (options: object) => Client

/** Loads the client that was generated in the folder of an app. */
export async function loadClient(folder: string): Promise<ClientClass> {
  const generated = pathToFileURL(join(folder, 'generated/client.ts')).href
  // The generated client of the bench app, which is made anew for every run.
  const { PrismaClient } = (await import(generated)) as { PrismaClient: ClientClass }
  return PrismaClient
}
