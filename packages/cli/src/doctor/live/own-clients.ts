import type { LiveContext } from './live-context.ts'
import { processNameOf } from './process-name.ts'
import type { ServerClient } from './read-clients.ts'

/**
 * Tells which connections are the application's: those with one of its names, or, where no name is
 * known, those with its role and its database.
 */
export function isOwnClient(context: LiveContext): (client: ServerClient) => boolean {
  const { app, options } = context
  const { applicationNames: names = [] } = options
  if (names.length === 0) {
    return ({ role, database }) => role === app.role && database === app.database
  }
  return ({ application }) =>
    names.includes(application) || names.includes(processNameOf(application)?.app ?? '')
}
