import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type PeerCertificate } from 'node:tls'
import type { ServerUrl } from './server-url.ts'
import { shownName } from './shown.ts'

/** What a server shows to everybody who asks for TLS. */
export interface Certificate {
  readonly subject: string
  readonly issuer: string
  /** The hosts that it is for, separated by commas. */
  readonly names: string
  /** Days, as ISO 8601 writes them. */
  readonly validFrom: string
  readonly validTo: string
  readonly sha256: string
}

// The message with which a client of PostgreSQL asks for TLS: its length, and a number for a version.
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/** Reads the certificate of a server without trusting it. Nothing is sent but the wish for TLS. */
export async function readCertificate(
  { host, port }: Pick<ServerUrl, 'host' | 'port'>,
  timeoutMs: number,
): Promise<Certificate | undefined> {
  const signal = AbortSignal.timeout(timeoutMs)
  const socket = connect({ host, port })
  try {
    return await handshake(socket, host, signal)
  } catch {
    // What could not be read is left out; why the connection failed is known already.
    return undefined
  } finally {
    socket.destroy()
  }
}

async function handshake(
  socket: Socket,
  host: string,
  signal: AbortSignal,
): Promise<Certificate | undefined> {
  await once(socket, 'connect', { signal })
  socket.write(SSL_REQUEST)
  const [answer]: unknown[] = await once(socket, 'data', { signal })
  if (!Buffer.isBuffer(answer) || answer.toString('latin1') !== 'S') return undefined
  const secure = connectTls({
    socket,
    rejectUnauthorized: false,
    ...(isIP(host) === 0 && { servername: host }),
  })
  try {
    await once(secure, 'secureConnect', { signal })
    return describe(secure.getPeerCertificate())
  } finally {
    secure.destroy()
  }
}

function describe(peer: PeerCertificate): Certificate {
  const names = (peer.subjectaltname ?? '')
    .split(', ')
    .map((name) => name.replace(/^(?:DNS|IP Address):/, ''))
    .filter((name) => name !== '')
  const subject = nameOf(peer.subject)
  return {
    subject,
    issuer: nameOf(peer.issuer),
    names: (names.length > 0 ? names : [subject]).map(shownName).join(', '),
    validFrom: dayOf(peer.valid_from),
    validTo: dayOf(peer.valid_to),
    sha256: peer.fingerprint256,
  }
}

function nameOf(name: PeerCertificate['subject']): string {
  return shownName([name.CN ?? name.O ?? name.OU ?? 'a CA without a name'].flat().join(', '))
}

function dayOf(date: string): string {
  return new Date(date).toISOString().slice(0, 10)
}
