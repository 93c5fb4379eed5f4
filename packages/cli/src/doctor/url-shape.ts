/** What the text of a connection string tells, without what identifies a server or a user. */
export interface UrlShape {
  /** `postgresql`, `prisma+postgres`, `mysql`. */
  readonly scheme: string
  /** Whether it leads to this machine, or to a container beside it. */
  readonly isLocal: boolean
  /** What says that a pooler in transaction mode is in between; undefined where nothing does. */
  readonly pooler: string | undefined
  /** Whether it is one of Prisma Accelerate, and not of `prisma dev`. */
  readonly isAccelerate: boolean
  /** Its parameters. Values other than numbers and words that are known are not to be printed. */
  readonly parameters: ReadonlyMap<string, string>
}

const SCHEMES = /^(postgres(?:ql)?|prisma(?:\+postgres)?|mysql|mariadb|sqlserver):\/\/(.*)$/is

/**
 * Reads the shape of a connection string, placeholders such as `USER:PASSWORD@HOST:PORT` included;
 * `undefined` for any other text.
 */
export function urlShapeOf(text: string): UrlShape | undefined {
  const [, scheme, rest] = SCHEMES.exec(text.trim()) ?? []
  if (scheme === undefined || rest === undefined) return undefined
  const [address, query] = splitOnce(rest, '?')
  // A password may hold any character but the last `@`.
  const [server = ''] = address.slice(address.lastIndexOf('@') + 1).split('/')
  const [, host = '', port = ''] = /^(.*?)(?::(\w*))?$/.exec(server.toLowerCase()) ?? []
  const parameters = new Map(new URLSearchParams(query.split('#')[0]))
  return {
    scheme: scheme.toLowerCase(),
    isLocal: LOCAL.test(host),
    pooler: poolerSign(host, port, parameters),
    isAccelerate: scheme.toLowerCase().startsWith('prisma') && !LOCAL.test(host),
    parameters,
  }
}

// A name without a dot is that of a container or of a service beside the application.
const LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0|[a-z][\w-]*|)$/

function poolerSign(
  host: string,
  port: string,
  parameters: ReadonlyMap<string, string>,
): string | undefined {
  if (parameters.get('pgbouncer') === 'true') return '`pgbouncer=true`'
  if (/^[^.]+-pooler\./.test(host)) return 'a host name with `-pooler`'
  if (host === 'pooled.db.prisma.io') return 'the host `pooled.db.prisma.io`'
  if (port === '6543') return 'port 6543'
  return undefined
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}
