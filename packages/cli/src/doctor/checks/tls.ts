import { keyName, walk, type Node } from '@oneprisma/sites'
import { constantOf } from '../constant.ts'
import type { DoctorFinding } from '../finding.ts'
import { found } from '../found.ts'
import { placeOf } from '../module.ts'
import type { PoolSite } from '../pool-site.ts'
import type { Subject } from '../subject.ts'
import { urlUses, type UrlUse } from '../url-use.ts'

/** Connections whose server is not verified, and modes of TLS that pg reads in another way than others. */
export function checkTls(subject: Subject): readonly DoctorFinding[] {
  const uses = urlUses(subject)
  return [
    ...subject.pools.flatMap(findUnverified),
    ...findUnverifiedProcess(subject),
    ...uniqueByPlace(uses.flatMap(findUnverifiedUrl)),
    ...uniqueByPlace(uses.flatMap(findOtherMeaning)),
    ...findOptionLost(uses),
  ]
}

function findUnverified({ module, settings, node }: PoolSite): readonly DoctorFinding[] {
  const ssl = 'entries' in settings ? settings.entries.get('ssl') : undefined
  const option = ssl && rejectOption(constantOf(ssl, module.evaluator.names))
  if (option === undefined) return []
  return [
    found('TLS_VERIFICATION_OFF', placeOf(module, option ?? node), {
      message:
        '`rejectUnauthorized: false` takes any certificate: whoever is in between reads the password and the data.',
      evidence: { option: 'rejectUnauthorized' },
      change:
        'Give the certificate authority of the provider: `ssl: { ca: readFileSync("ca.pem", "utf8") }`, or `sslmode=verify-full&sslrootcert=ca.pem` in the connection string.',
    }),
  ]
}

/** `rejectUnauthorized: false`, also in a branch of a condition. */
function rejectOption(ssl: Node): Node | undefined {
  let option: Node | undefined
  walk(ssl, (node) => {
    if (node.type !== 'Property' || option !== undefined) return
    if (keyName(node.key, node.computed) !== 'rejectUnauthorized') return
    if (node.value.type === 'Literal' && node.value.value === false) option = node
  })
  return option
}

function findUnverifiedProcess({ settings, packages }: Subject): readonly DoctorFinding[] {
  const inFiles = settings
    .filter(({ name, value, isLocal }) => isReject(name) && value === '0' && !isLocal)
    .map(({ path, line }) => ({ path, line }))
  const inScripts = packages.flatMap(({ path, package: { scripts }, lineOf }) =>
    Object.entries(scripts)
      .filter(
        ([name, text]) => /^(?:pre|post)?(?:start|serve|prod)/.test(name) && IN_SCRIPT.test(text),
      )
      .map(([name]) => ({ path, line: lineOf(`"${name}"`) })),
  )
  return [...inFiles, ...inScripts].map((place) =>
    found('TLS_VERIFICATION_OFF', place, {
      message:
        '`NODE_TLS_REJECT_UNAUTHORIZED=0` takes any certificate, on every connection of the process.',
      evidence: { variable: 'NODE_TLS_REJECT_UNAUTHORIZED' },
      change: 'Take it out, and name the authority: `NODE_EXTRA_CA_CERTS=ca.pem`.',
    }),
  )
}

const IN_SCRIPT = /\bNODE_TLS_REJECT_UNAUTHORIZED=["']?0\b/

function isReject(name: string): boolean {
  return name === 'NODE_TLS_REJECT_UNAUTHORIZED'
}

function findUnverifiedUrl({ place, url, variable }: UrlUse): readonly DoctorFinding[] {
  if (url.isLocal || !url.scheme.startsWith('postgres')) return []
  const isAccepted = url.parameters.get('sslaccept') === 'accept_invalid_certs'
  if (url.parameters.get('sslmode') !== 'no-verify' && !isAccepted) return []
  const by = isAccepted ? 'sslaccept=accept_invalid_certs' : 'sslmode=no-verify'
  return [
    found('TLS_VERIFICATION_OFF', place, {
      message: `\`${by}\` in ${nameOf(variable)} takes any certificate: whoever is in between reads the password and the data.`,
      evidence: { parameter: by, ...(variable !== undefined && { variable }) },
      change: 'Write `sslmode=verify-full&sslrootcert=ca.pem`, with the authority of the provider.',
    }),
  ]
}

/** libpq and Prisma 6 encrypt by `require` and look at no certificate; pg verifies it. */
function findOtherMeaning({ place, url, variable, pool }: UrlUse): readonly DoctorFinding[] {
  const mode = url.parameters.get('sslmode')
  if (url.isLocal || (mode !== 'require' && mode !== 'prefer' && mode !== 'verify-ca')) return []
  if (url.parameters.has('uselibpqcompat') || url.parameters.has('sslrootcert')) return []
  return [
    found('TLS_MODE_AMBIGUOUS', place, {
      message: `\`sslmode=${mode}\` in ${nameOf(variable)} means \`verify-full\` to pg, and less to libpq and to Prisma 6. Where the certificate is of an authority of the provider's own, ${pool.module.path} cannot connect, and Prisma says P1010, "access denied".`,
      evidence: { sslmode: mode, ...(variable !== undefined && { variable }) },
      change:
        'Write what is meant: `sslmode=verify-full`, and `sslrootcert=ca.pem` where the provider has an authority of its own.',
    }),
  ]
}

/** What the connection string says of TLS replaces the option `ssl` as a whole. */
function findOptionLost(uses: readonly UrlUse[]): readonly DoctorFinding[] {
  const seen = new Set<Node>()
  return uses.flatMap(({ url, pool, variable }) => {
    const ssl = 'entries' in pool.settings ? pool.settings.entries.get('ssl') : undefined
    const by = ['sslmode', 'sslcert', 'sslkey', 'sslrootcert'].find((name) =>
      url.parameters.has(name),
    )
    if (ssl === undefined || by === undefined || seen.has(ssl)) return []
    seen.add(ssl)
    return [
      found('TLS_OPTION_IGNORED', placeOf(pool.module, ssl), {
        message: `pg takes \`${by}\` of the connection string in place of this whole \`ssl\` option.`,
        evidence: { parameter: by, ...(variable !== undefined && { variable }) },
        change: `Say it once: take \`${by}\` out of ${nameOf(variable)}, or \`ssl\` out of the settings.`,
      }),
    ]
  })
}

function nameOf(variable: string | undefined): string {
  return variable === undefined ? 'the connection string' : `\`${variable}\``
}

function uniqueByPlace(findings: readonly DoctorFinding[]): readonly DoctorFinding[] {
  return [...new Map(findings.map((each) => [`${each.path}:${each.line}`, each])).values()]
}
