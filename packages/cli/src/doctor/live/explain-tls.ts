import type { DoctorFinding } from '../finding.ts'
import type { LiveCode } from '../live-codes.ts'
import type { Attempt } from './explain-refusal.ts'
import { found } from './found.ts'
import { readCertificate, type Certificate } from './read-certificate.ts'
import type { Refusal } from './refusal.ts'
import { placeOf } from './server-url.ts'
import { inCode, listed, shownName } from './shown.ts'

type TlsCode = Exclude<Extract<LiveCode, `TLS_${string}`>, 'TLS_OFF' | 'TLS_UNVERIFIED'>

// Codes of OpenSSL as Node.js names them.
const BY_CODE: Readonly<Record<string, TlsCode>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'TLS_UNTRUSTED',
  SELF_SIGNED_CERT_IN_CHAIN: 'TLS_UNTRUSTED',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT: 'TLS_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'TLS_UNTRUSTED',
  CERT_UNTRUSTED: 'TLS_UNTRUSTED',
  CERT_SIGNATURE_FAILURE: 'TLS_UNTRUSTED',
  INVALID_CA: 'TLS_UNTRUSTED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'TLS_WRONG_HOST',
  HOSTNAME_MISMATCH: 'TLS_WRONG_HOST',
  CERT_HAS_EXPIRED: 'TLS_EXPIRED',
  CERT_NOT_YET_VALID: 'TLS_EXPIRED',
}

/** Tells of a connection that failed at its encryption. */
export async function explainTls(
  tls: TlsCode,
  { code }: Refusal,
  { url, through, options }: Attempt,
): Promise<DoctorFinding> {
  const certificate = HAS_CERTIFICATE.has(tls)
    ? await readCertificate(url, options.connectTimeoutMs)
    : undefined
  const [message, change] = EXPLANATIONS[tls]({
    at: inCode(placeOf(url)),
    host: inCode(url.host),
    code: code === undefined ? '' : ` (${inCode(code)})`,
    isSelfSigned: code === 'DEPTH_ZERO_SELF_SIGNED_CERT',
    certificate,
  })
  return found(tls, {
    message,
    evidence: {
      through,
      host: shownName(url.host),
      port: url.port,
      ...(code !== undefined && { code: shownName(code) }),
      ...certificate,
    },
    change,
  })
}

const HAS_CERTIFICATE: ReadonlySet<TlsCode> = new Set<TlsCode>([
  'TLS_UNTRUSTED',
  'TLS_WRONG_HOST',
  'TLS_EXPIRED',
])

/** What failed at the encryption of a connection; undefined where something else did. */
export function tlsCodeOf({ code = '', message, syscall }: Refusal): TlsCode | undefined {
  if (syscall === 'open' || syscall === 'read') return 'TLS_FILE_UNREADABLE'
  const known = BY_CODE[code]
  if (known !== undefined) return known
  if (message === 'The server does not support SSL connections') return 'TLS_NOT_OFFERED'
  // PgBouncer, Neon and Supavisor, each in words of its own.
  if (/^SSL required|connection is insecure|SSL connection is required/i.test(message)) {
    return 'TLS_REQUIRED'
  }
  if (/^(?:ERR_SSL|ERR_TLS|ERR_OSSL|EPROTO|CERT_|UNABLE_TO_)/.test(code)) return 'TLS_FAILED'
  if (/error establishing an SSL connection|valid client certificate/.test(message)) {
    return 'TLS_FAILED'
  }
  return undefined
}

interface Failure {
  readonly at: string
  readonly host: string
  /** In brackets, or nothing. */
  readonly code: string
  readonly isSelfSigned: boolean
  /** undefined where it could not be read. */
  readonly certificate: Certificate | undefined
}

type Explain = (failure: Failure) => readonly [message: string, change: string]

const EXPLANATIONS: Readonly<Record<TlsCode, Explain>> = {
  TLS_UNTRUSTED: ({ at, code, isSelfSigned, certificate }) => [
    `The certificate of ${at} could not be verified${code}: ${isSelfSigned ? 'it is signed by itself' : `it is signed by ${certificate === undefined ? 'a CA' : inCode(certificate.issuer)}, and nothing here says to trust that`}. User and password were not sent, and are not the reason.`,
    'Get the certificate of the CA from whoever runs the server (providers offer it for download), and name its file in the URL: `sslmode=verify-full&sslrootcert=<file>`; or start Node.js with `NODE_EXTRA_CA_CERTS=<file>`. With `sslmode=no-verify` it would connect to anybody who answers.',
  ],
  TLS_WRONG_HOST: ({ at, host, certificate }) => [
    `The certificate of ${at} is for ${namesOf(certificate)}, and not for ${host}. User and password were not sent, and are not the reason.`,
    'Write a name of the certificate as the host of the URL, or have a certificate made that names this host.',
  ],
  TLS_EXPIRED: ({ at, certificate }) => [
    `The certificate of ${at} is valid ${certificate === undefined ? 'at another time' : `from ${certificate.validFrom} to ${certificate.validTo}`}, and not now. User and password were not sent, and are not the reason.`,
    'Renew the certificate and let the server read it again (`SELECT pg_reload_conf()`). Where its dates are right, correct the clock of this machine.',
  ],
  TLS_NOT_OFFERED: ({ at }) => [
    `The URL asks for TLS, and the server at ${at} offers none.`,
    'Turn it on at the server (`ssl = on` with a certificate; `client_tls_sslmode` of PgBouncer). Only on a network that you trust: `sslmode=disable` in the URL.',
  ],
  TLS_REQUIRED: ({ at }) => [
    `The server at ${at} takes connections with TLS only, and the URL asks for none. Prisma calls this access denied (P1010); user and password are not the reason.`,
    'Add `sslmode=verify-full` to the URL, and `sslrootcert=<file>` where the server has a CA of its own.',
  ],
  TLS_FILE_UNREADABLE: ({ code }) => [
    `A file that the URL names for TLS cannot be read${code}.`,
    'Correct the paths of `sslrootcert`, `sslcert` and `sslkey` in the URL. They are relative to the folder in which the process starts.',
  ],
  TLS_FAILED: ({ at, code }) => [
    `The TLS handshake with ${at} failed${code}.`,
    'Compare the TLS versions of both sides (`ssl_min_protocol_version` of the server). A server that asks for a certificate of the client needs `sslcert` and `sslkey` in the URL.',
  ],
}

function namesOf(certificate: Certificate | undefined): string {
  const names = certificate?.names.split(', ') ?? []
  return names.length > 0 ? listed(names.map(inCode)) : 'another host'
}
