import type { CheckServerOptions } from '../check-server-options.ts'
import type { DoctorFinding } from '../finding.ts'
import { checkDirect } from './check-direct.ts'
import { explainRefusal } from './explain-refusal.ts'
import { found } from './found.ts'
import { liveOptionsOf, type LiveOptions } from './live-options.ts'
import type { LiveServer } from './live-server.ts'
import { openServer } from './open-server.ts'
import { probePooler } from './probe-pooler.ts'
import { readClients } from './read-clients.ts'
import { runChecks } from './run-checks.ts'
import { engineOf, readServerUrl, type ServerUrl } from './server-url.ts'
import { withoutSecrets } from './without-secrets.ts'

/**
 * Asks a server of PostgreSQL how it is, whether the application fits it, and who is in the way. It
 * only reads, with at most two connections at a time, and every wait is bounded. What cannot be
 * looked at is a finding, too.
 */
export async function checkServer(given: CheckServerOptions): Promise<readonly DoctorFinding[]> {
  const options = liveOptionsOf(given)
  const findings: DoctorFinding[] = []
  const urls = new Urls(options, findings)
  if (urls.app !== undefined) await examine(urls.app, urls.direct, options, findings)
  return withoutSecrets(findings, urls.secrets, urls.names)
}

/** The connection strings that were given, as far as they can be read. */
class Urls {
  readonly app: ServerUrl | undefined
  readonly direct: ServerUrl | undefined

  constructor({ url, directUrl }: LiveOptions, findings: DoctorFinding[]) {
    this.app = readUrl(url, 'url', findings)
    const isAnother = directUrl !== undefined && directUrl.trim() !== url.trim()
    this.direct = isAnother ? readUrl(directUrl, 'directUrl', findings) : undefined
  }

  get #all(): readonly ServerUrl[] {
    return [this.app, this.direct].filter((url) => url !== undefined)
  }

  get secrets(): readonly string[] {
    return this.#all.flatMap(({ secrets }) => secrets)
  }

  get names(): readonly string[] {
    return this.#all.flatMap(({ role, database, host }) => [role, database, host])
  }
}

function readUrl(
  text: string,
  through: LiveServer['through'],
  findings: DoctorFinding[],
): ServerUrl | undefined {
  const engine = engineOf(text)
  if (engine !== undefined && engine !== 'PostgreSQL') {
    findings.push(
      found('SERVER_NOT_COVERED', {
        message: `The ${through === 'url' ? 'URL' : 'direct URL'} is one of ${engine}. The live checks know PostgreSQL only: nothing was asked.`,
        evidence: { through, engine },
        change: 'Nothing has to be changed. The static checks hold for this database, too.',
      }),
    )
    return undefined
  }
  try {
    return readServerUrl(text)
  } catch (error) {
    // Errors of the runtime name parameters, and show nothing else of a connection string.
    const { code, message } = error as { readonly code?: unknown; readonly message: string }
    const isKnown = typeof code === 'string' && KNOWN.test(code)
    findings.push(
      found('SERVER_URL_UNREADABLE', {
        message: isKnown ? message : 'The connection string cannot be read.',
        evidence: { through, ...(isKnown && { code }) },
        change:
          'Write it as `postgresql://user:password@host:5432/database`, with `@ : / ? # %` and blanks in user and password percent-encoded.',
      }),
    )
    return undefined
  }
}

const KNOWN = /^(?:CONNECTION_STRING_|URL_PARAMETER_)/

async function examine(
  url: ServerUrl,
  directUrl: ServerUrl | undefined,
  options: LiveOptions,
  findings: DoctorFinding[],
): Promise<void> {
  const app = await reach(url, 'url', options, findings)
  try {
    const pooler = app?.isPooled === true ? await probePooler(app, options) : undefined
    const direct =
      directUrl === undefined ? undefined : await reach(directUrl, 'directUrl', options, findings)
    try {
      const server = await choose(app, direct, findings)
      if (server === undefined) return
      let clients: ReturnType<typeof readClients> | undefined
      findings.push(
        ...(await runChecks({
          app: pooler?.mode === 'statement' ? server : (app ?? server),
          server,
          pooler,
          options,
          clients: () => (clients ??= readClients(server)),
        })),
      )
    } finally {
      await direct?.close()
    }
  } finally {
    await app?.close()
  }
}

async function reach(
  url: ServerUrl,
  through: LiveServer['through'],
  options: LiveOptions,
  findings: DoctorFinding[],
): Promise<LiveServer | undefined> {
  try {
    return await openServer(url, through, options)
  } catch (error) {
    findings.push(await explainRefusal(error, { url, through, options }))
    return undefined
  }
}

/** The direct connection, where it leads past a pooler to the same server. */
async function choose(
  app: LiveServer | undefined,
  direct: LiveServer | undefined,
  findings: DoctorFinding[],
): Promise<LiveServer | undefined> {
  if (app === undefined || direct === undefined) return app ?? direct
  const wrong = await checkDirect(app, direct)
  findings.push(...wrong)
  return wrong.length === 0 ? direct : app
}
