import type { DoctorFinding } from '../finding.ts'
import type { LiveOptions } from './live-options.ts'
import type { LiveServer } from './live-server.ts'
import type { Pooler } from './probe-pooler.ts'
import type { ServerClients } from './read-clients.ts'

/** What a live check may ask. */
export interface LiveContext {
  /** The server as the application reaches it, with the application's role. */
  readonly app: LiveServer
  /** The server past the pooler where a direct URL leads there; else the same. */
  readonly server: LiveServer
  /** What is between the application and the server; undefined where nothing is. */
  readonly pooler: Pooler | undefined
  readonly options: LiveOptions
  /** Who is connected, read once. */
  readonly clients: () => Promise<ServerClients>
}

/** Looks for one kind of thing. It only reads. */
export type LiveCheck = (context: LiveContext) => Promise<readonly DoctorFinding[]>
