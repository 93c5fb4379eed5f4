import { BlockList, isIPv6 } from 'node:net'
import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import type { LiveServer } from './live-server.ts'
import { placeOf } from './server-url.ts'
import { inCode } from './shown.ts'

/** Whether what goes over the network can be read, or be answered by anybody. */
export async function checkTlsUse({ app }: LiveContext): Promise<DoctorFinding[]> {
  return judgeTls(app)
}

/** @param server - how it was reached */
export function judgeTls({
  tls,
  address,
  url,
}: Pick<LiveServer, 'tls' | 'address' | 'url'>): DoctorFinding[] {
  if (tls === 'verified' || address === undefined || isLoopback(address)) return []
  const evidence = { host: url.host, port: url.port, address, tls }
  const at = inCode(placeOf(url))
  if (tls === 'unverified') {
    return [
      found('TLS_UNVERIFIED', {
        message: `The connection to ${at} is encrypted, and nobody checks with whom: whoever can redirect it gets the password and all data.`,
        evidence,
        change:
          'Put `sslmode=verify-full` into the URL, and `sslrootcert=<file>` with the certificate of the CA where it is none that Node.js knows.',
      }),
    ]
  }
  if (isPrivate(address)) return []
  return [
    found('TLS_OFF', {
      message: `The connection to ${at} goes over the internet (${inCode(address)}) without encryption.`,
      evidence,
      change:
        'Add `sslmode=verify-full` to the URL, and make the server insist: `hostssl` in place of `host` in `pg_hba.conf`.',
    }),
  ]
}

function isLoopback(address: string): boolean {
  return /^127\.|^::1$|^::ffff:127\./.test(address)
}

function isPrivate(address: string): boolean {
  const list = new BlockList()
  for (const [net, prefix] of PRIVATE_V4) list.addSubnet(net, prefix, 'ipv4')
  for (const [net, prefix] of PRIVATE_V6) list.addSubnet(net, prefix, 'ipv6')
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

// Private networks, shared address space of carriers and clouds, link-local.
const PRIVATE_V4 = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const
const PRIVATE_V6 = [
  ['fc00::', 7],
  ['fe80::', 10],
] as const
