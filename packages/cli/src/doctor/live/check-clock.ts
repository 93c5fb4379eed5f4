import type { DoctorFinding } from '../finding.ts'
import { found } from './found.ts'
import type { LiveContext } from './live-context.ts'
import { shownAge } from './shown.ts'

const MAX_MS = 2_000
const CLOCK = `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms`

/** Times that the database gives and times that the application gives stand in the same columns. */
export async function checkClock({ app, options }: LiveContext): Promise<DoctorFinding[]> {
  const before = options.now()
  const [row] = await app.ask<{ ms: number }>(CLOCK)
  const after = options.now()
  if (row === undefined) return []
  // The answer was given at some moment in between.
  const uncertaintyMs = (after - before) / 2
  const skewMs = row.ms - (before + uncertaintyMs)
  if (Math.abs(skewMs) - uncertaintyMs <= MAX_MS) return []
  return [
    found('SERVER_CLOCK_OFF', {
      message: `The clock of the server is ${shownAge(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} that of this machine (± ${shownAge(uncertaintyMs)}). Sessions and tokens then end at other times than \`expires\` says, and rows are not in the order in which they were made.`,
      evidence: { skewMs: Math.round(skewMs), uncertaintyMs: Math.round(uncertaintyMs) },
      change:
        'Turn on time synchronisation (NTP) on the machine that is wrong: `timedatectl set-ntp true`.',
    }),
  ]
}
