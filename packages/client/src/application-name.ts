// PostgreSQL keeps 63 bytes of a name (NAMEDATALEN - 1) and cuts off the rest.
const MAX_BYTES = 63

const RELEASE_VARIABLES = [
  'VERCEL_GIT_COMMIT_SHA',
  'RAILWAY_GIT_COMMIT_SHA',
  'RENDER_GIT_COMMIT',
  'COMMIT_REF',
  'SOURCE_VERSION',
  'GIT_COMMIT',
  'npm_package_version',
] as const

/**
 * Returns `app@release#process`, for `pg_stat_activity` and the like. A long app name gives way, so
 * that release and process stay readable.
 *
 * @internal
 */
export function applicationName(options: {
  readonly app?: string | undefined
  readonly release?: string | undefined
}): string {
  const { env } = process
  const app = options.app ?? (env['OTEL_SERVICE_NAME'] || env['npm_package_name'] || 'app')
  const found = RELEASE_VARIABLES.map((name) => env[name]).find((value) => value)
  const release = plain(options.release ?? found ?? '').replace(/^([0-9a-f]{7})[0-9a-f]{33}$/, '$1')
  const thread = process.getBuiltinModule?.('node:worker_threads').threadId ?? 0

  const tail = `${release && `@${release.slice(0, 24)}`}#${process.pid}${thread > 0 ? `.${thread}` : ''}`
  return plain(app).slice(0, MAX_BYTES - tail.length) + tail
}

// PostgreSQL replaces what is not printable ASCII by `?`; this is the same with a readable sign.
function plain(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '_')
}
