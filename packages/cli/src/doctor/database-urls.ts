import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { CliError } from '../errors.ts'
import type { World } from '../world.ts'
import type { Subject } from './subject.ts'

/** The connection strings that the live checks use, and where they come from. They are never printed. */
export interface DatabaseUrls {
  readonly variable: string
  readonly url: string
  readonly directUrl: string | undefined
}

export interface UrlFlags {
  readonly urlEnv: string | undefined
  readonly directUrlEnv: string | undefined
  readonly envFile: string | undefined
}

/** Names under which direct connection strings go, the usual one first. */
const DIRECT = [
  'DIRECT_URL',
  'DIRECT_DATABASE_URL',
  'DATABASE_URL_UNPOOLED',
  'POSTGRES_URL_NON_POOLING',
]

/**
 * Takes the connection strings from the environment, else from `.env` of the root as Prisma does, or
 * from the file that is named.
 *
 * @throws CliError `USAGE`, `URL_MISSING`, `FILE_UNREADABLE`
 */
export function readDatabaseUrls(world: World, subject: Subject, flags: UrlFlags): DatabaseUrls {
  for (const name of [flags.urlEnv, flags.directUrlEnv]) refuseNoName(name)
  const file = readEnvFile(world, subject.root, flags.envFile)
  const valueOf = (name: string): string | undefined =>
    world.env[name]?.trim() || file[name]?.trim() || undefined
  const variable = flags.urlEnv ?? variableOf(subject)
  const url = valueOf(variable)
  if (url === undefined) {
    throw new CliError(
      'URL_MISSING',
      `The variable ${variable} is not set, and \`--live\` has no server to ask. Set it, name another by --url-env, or name a file that sets it by --env-from.`,
    )
  }
  const direct = flags.directUrlEnv === undefined ? DIRECT : [flags.directUrlEnv]
  const directUrl = direct.map(valueOf).find((value) => value !== undefined)
  if (flags.directUrlEnv !== undefined && directUrl === undefined) {
    throw new CliError('URL_MISSING', `The variable ${flags.directUrlEnv} is not set.`)
  }
  return { variable, url, directUrl }
}

/** The variable by which the code connects. */
function variableOf({ pools, project }: Subject): string {
  const named = [
    ...pools.map(({ urlVariable }) => urlVariable),
    ...project.generators.map(({ datasource }) => datasource?.urlVariable),
  ]
  return named.find((name) => name !== undefined) ?? 'DATABASE_URL'
}

// Whoever gives the connection string itself does not find it on the screen.
function refuseNoName(name: string | undefined): void {
  if (name === undefined || /^[A-Za-z_]\w*$/.test(name)) return
  throw new CliError('USAGE', '--url-env and --direct-url-env take the name of a variable.')
}

function readEnvFile({ cwd }: World, root: string, given: string | undefined): NodeJS.Dict<string> {
  const path = given === undefined ? resolve(root, '.env') : resolve(cwd, given)
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch {
    if (given === undefined) return {}
    throw new CliError('FILE_UNREADABLE', `"${given}" cannot be read. --env-from takes a file.`)
  }
}
