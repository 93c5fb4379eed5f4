import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { numberOf, readSettings } from './read-settings.ts'
import { shownAge } from './shown.ts'

const MAX_MS = 300_000
const NAMES = ['tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count']

/** A client whose machine is gone keeps its connection and its locks until the server asks for it. */
export async function checkKeepalives({ server }: LiveContext): Promise<DoctorFinding[]> {
  const settings = await readSettings(server, NAMES)
  const [idle = 0, interval = 0, count = 0] = NAMES.map((name) => numberOf(settings, name, 0))
  const ms = (idle + interval * count) * 1_000
  // A socket of the server's own machine has none, and shows 0.
  if (ms <= MAX_MS) return []
  return [
    found('SERVER_KEEPALIVES_SLOW', {
      message: `The server notices after ${shownAge(ms)} that the machine of a silent client is gone (\`tcp_keepalives_idle\` ${idle} s, then ${count} probes of ${interval} s). Until then it counts against the limit, and keeps its locks.`,
      evidence: { idleSeconds: idle, intervalSeconds: interval, count, noticedAfterMs: ms },
      change:
        '`ALTER SYSTEM SET tcp_keepalives_idle = 60`, `ALTER SYSTEM SET tcp_keepalives_interval = 10`, `ALTER SYSTEM SET tcp_keepalives_count = 6`, then `SELECT pg_reload_conf()`; at a provider, the same in its parameters.',
    }),
  ]
}
