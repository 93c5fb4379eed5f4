import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { CliError } from '../../errors.ts'
import { engineOf, readServerUrl } from '../../doctor/live/server-url.ts'
import type { World } from '../../world.ts'

const DEFAULT_VARIABLE = 'DATABASE_URL'

/**
 * The connection string that a variable of the environment holds, or else of a `.env` in the folder.
 * Where there are metrics to read, a server is asked only if its variable is set or was named.
 *
 * @throws CliError `SOURCE_MISSING`, `SOURCE_FAILED`; never with anything of the string
 */
export function databaseUrlOf(
  world: World,
  given: string | undefined,
  hasMetrics: boolean,
): string | undefined {
  const variable = given ?? DEFAULT_VARIABLE
  const url = (world.env[variable] || fromEnvFile(world.cwd, variable))?.trim()
  const isWanted = given !== undefined || !hasMetrics
  if (!url) {
    if (!isWanted) return undefined
    throw new CliError(
      'SOURCE_MISSING',
      `There is nothing to watch: ${variable} is not set. Set it, name another variable with --url-env, or give --metrics.`,
    )
  }
  const engine = engineOf(url)
  if (!isWanted && engine !== undefined && engine !== 'PostgreSQL') return undefined
  try {
    return readServerUrl(url).connectionString
  } catch (error) {
    // Its messages are made to be shown.
    const why = error instanceof Error ? error.message : 'It cannot be read.'
    throw new CliError('SOURCE_FAILED', `${variable} cannot be used. ${why}`)
  }
}

function fromEnvFile(cwd: string, variable: string): string | undefined {
  try {
    return parseEnv(readFileSync(join(cwd, '.env'), 'utf8'))[variable]
  } catch {
    return undefined
  }
}
